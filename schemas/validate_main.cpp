#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "schemas/validator.h"

/// gyre-validate SCHEMA_ROOT FILE...: one line a problem, "FILE:LINE:COLUMN: text". Exit 0 when
/// every document is valid, 1 when one is not, 2 when the schemas cannot be used.
int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 2 || arguments.front() == "--help") {
    std::cerr << "usage: gyre-validate SCHEMA_ROOT FILE...   (SCHEMA_ROOT: see schemas/install; "
                 "- reads names from standard input)\n";
    return 2;
  }
  std::vector<std::string> files(arguments.begin() + 1, arguments.end());
  if (files == std::vector<std::string>{"-"}) {
    files.clear();
    for (std::string line; std::getline(std::cin, line);) files.push_back(line);
  }
  try {
    const gyre::schemas::Validator validator(arguments.front());
    bool all_valid = true;
    for (const std::string& file : files) {
      std::ifstream input(file, std::ios::binary);
      if (!input) {
        std::cout << file << ":0:0: cannot be opened\n";
        all_valid = false;
        continue;
      }
      const std::string document{std::istreambuf_iterator<char>(input),
                                 std::istreambuf_iterator<char>()};
      for (const auto& problem : validator.validate(document)) {
        all_valid = false;
        std::cout << file << ':' << problem.line << ':' << problem.column << ": " << problem.text
                  << '\n';
      }
    }
    return all_valid ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "gyre-validate: " << error.what() << '\n';
    return 2;
  }
}
