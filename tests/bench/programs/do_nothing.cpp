/// A FastCGI server that does nothing: what nginx, FastCGI and the loader cost by themselves.
///
///   do_nothing SOCKET BYTES THREADS
///
/// Answers each request with BYTES bytes that it calls image/png, until it is killed.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <fcgiapp.h>
#include <sys/stat.h>

int main(int argc, char** argv) {
  if (argc != 4) return std::fputs("usage: do_nothing SOCKET BYTES THREADS\n", stderr), 2;
  FCGX_Init();
  std::signal(SIGTERM, SIG_DFL);  // which FCGX_Init took
  const int listener = FCGX_OpenSocket(argv[1], 1024);
  if (listener < 0) return std::perror("do_nothing"), 1;
  ::chmod(argv[1], 0666);
  const std::string answer = "Content-Type: image/png\r\nContent-Length: " + std::string(argv[2]) +
                             "\r\n\r\n" + std::string(std::strtoull(argv[2], nullptr, 10), 'x');
  std::vector<std::thread> threads;
  for (int i = 0; i < std::atoi(argv[3]); ++i) {
    threads.emplace_back([&] {
      FCGX_Request request;
      FCGX_InitRequest(&request, listener, 0);
      while (FCGX_Accept_r(&request) == 0) {
        FCGX_PutStr(answer.data(), static_cast<int>(answer.size()), request.out);
        FCGX_Finish_r(&request);
      }
    });
  }
  for (std::thread& one : threads) one.join();
}
