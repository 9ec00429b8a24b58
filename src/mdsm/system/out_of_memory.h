#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>

namespace mdsm {

/// More memory was asked for at once than the system gives; says how much, and how much is free.
class OutOfMemory : public std::bad_alloc {
 public:
  explicit OutOfMemory(int64_t bytes);
  const char* what() const noexcept override { return text_->c_str(); }

 private:
  std::shared_ptr<const std::string> text_;
};

/// What to tell of an exception that means a lack of memory, thrown here, by LibTorch's own allocator or by the
/// language: "out of memory (12.5 GiB asked for at once, 3.1 GiB are free). ..." and what to do. Nothing of any other.
std::optional<std::string> out_of_memory_text(const std::exception& error);

}  // namespace mdsm
