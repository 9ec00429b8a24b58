#include "mdsm/system/as_error.h"

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

#include "mdsm/system/out_of_memory.h"

namespace mdsm {
namespace {

/// A file that cannot even be looked at: a bad request, unless it is the disk.
Error of_file(const std::filesystem::filesystem_error& error) {
  const int code = error.code().value();
  const bool disk = code == EIO || code == ENOSPC || code == EDQUOT || code == ENOMEM || code == EMFILE;
  return Error(fmt::format("cannot get at '{}' ({}). Check the path and its permissions.", error.path1().string(),
                           error.code().message()),
               disk ? Fault::failure : Fault::request);
}

}  // namespace

Error as_error(const std::exception& error) {
  if (const auto* own = dynamic_cast<const Error*>(&error)) return *own;
  if (dynamic_cast<const std::length_error*>(&error) != nullptr)
    return Error("a list would be longer than any memory. Lower the numbers asked for.", Fault::request);
  if (const auto* file = dynamic_cast<const std::filesystem::filesystem_error*>(&error)) return of_file(*file);
  if (dynamic_cast<const std::system_error*>(&error) != nullptr)
    return Error(fmt::format("the system refused ({}). Ask for less, such as fewer threads.", error.what()),
                 Fault::failure);
  if (const auto text = out_of_memory_text(error)) return Error(*text, Fault::failure);
  const std::string text = error.what();
  return Error(fmt::format("a mistake of this program, not of yours ({}). Please report it, with the command.",
                           text.substr(0, text.find('\n'))),
               Fault::failure);
}

}  // namespace mdsm
