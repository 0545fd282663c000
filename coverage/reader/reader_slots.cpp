#include "coverage/reader/reader_slots.h"

#include <algorithm>
#include <thread>

#include "coverage/base/error.h"
#include "coverage/reader/holding_handler.h"

namespace gyre::coverage::reader {

void Lease::take_process(std::unique_ptr<ReaderProcess> process) {
  const std::lock_guard lock(slots_->mutex_);
  slot_->pid = process->pid();
  slot_->process = std::move(process);
  slot_->files.clear();
}

void Lease::drop_process() {
  const std::unique_ptr<ReaderProcess> process = std::move(slot_->process);  // ends out of the lock
  const std::lock_guard lock(slots_->mutex_);
  slot_->pid = 0;
  slot_->files.clear();
}

void Lease::release() {
  if (slot_ == nullptr) return;
  slots_->release(*slot_);
  slot_ = nullptr;
}

ReaderSlots::ReaderSlots(std::size_t bulk)
    : most_bulk_(bulk == 0 ? std::max(1U, std::thread::hardware_concurrency()) : bulk),
      slots_(most_bulk_ + 1) {}

Slot* ReaderSlots::free_slot(const std::string& path, bool bulk) {
  if (bulk && bulk_ >= most_bulk_) return nullptr;
  Slot *running = nullptr, *empty = nullptr;
  for (Slot& slot : slots_) {
    if (slot.busy) continue;
    if (slot.pid == 0) {
      empty = &slot;
      continue;
    }
    if (std::find(slot.files.begin(), slot.files.end(), path) != slot.files.end()) return &slot;
    // Indexing keeps to the readers that were at it; clients take what was not used longest.
    if (running == nullptr || (!bulk && slot.last_used < running->last_used)) running = &slot;
  }
  return running != nullptr ? running : empty;
}

void ReaderSlots::occupy(Slot& slot, const std::string& path, bool bulk) {
  slot.busy = true;
  slot.bulk = bulk;
  if (bulk) ++bulk_;
  slot.last_used = ++uses_;
  if (bulk) return;  // what is looked into does not stay open
  const auto known = std::find(slot.files.begin(), slot.files.end(), path);
  if (known != slot.files.end()) {
    slot.files.splice(slot.files.begin(), slot.files, known);
    return;
  }
  slot.files.push_front(path);
  if (slot.files.size() > kOpenHoldings) slot.files.pop_back();
}

void ReaderSlots::serve_waiters() {
  for (auto* const queue : {&clients_, &indexers_}) {
    while (!queue->empty()) {
      Waiter& first = *queue->front();
      Slot* const slot = free_slot(*first.path, first.bulk);
      if (slot == nullptr) break;
      occupy(*slot, *first.path, first.bulk);
      first.given = slot;
      queue->pop_front();
      first.ready.notify_one();
    }
  }
}

void ReaderSlots::release(Slot& slot) {
  const std::lock_guard lock(mutex_);
  if (slot.bulk) --bulk_;
  slot.busy = slot.bulk = false;
  serve_waiters();
}

Lease ReaderSlots::wait_for(const std::string& path, const ReadTerms& terms,
                            std::chrono::milliseconds longest) {
  constexpr std::chrono::milliseconds kBetweenLooks{50};  // whether somebody still waits
  const bool bulk = terms.priority == Priority::Bulk;
  const auto until = AbortToken::Clock::now() + longest;
  std::unique_lock lock(mutex_);
  Waiter waiter{&path, bulk, nullptr, {}};
  auto& queue = bulk ? indexers_ : clients_;
  queue.push_back(&waiter);
  serve_waiters();
  while (waiter.given == nullptr) {
    if (waiter.ready.wait_for(lock, kBetweenLooks, [&] { return waiter.given != nullptr; })) break;
    lock.unlock();
    const bool gone = terms.abort.cancelled();
    const auto now = AbortToken::Clock::now();
    lock.lock();
    if (waiter.given != nullptr) break;
    if (gone || now > terms.abort.deadline() || (!bulk && now > until)) {
      queue.remove(&waiter);
      lock.unlock();
      terms.abort.check();
      throw Error(ErrorKind::DeadlineExceeded, "",
                  "All that read files are busy with other requests; please ask again later.");
    }
  }
  return {*this, *waiter.given};
}

std::vector<int> ReaderSlots::processes() const {
  const std::lock_guard lock(mutex_);
  std::vector<int> found;
  for (const Slot& slot : slots_) {
    if (slot.pid != 0) found.push_back(slot.pid);
  }
  return found;
}

}  // namespace gyre::coverage::reader
