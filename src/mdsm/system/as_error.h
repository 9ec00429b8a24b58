#pragma once

#include <exception>

#include "mdsm/base/error.h"

namespace mdsm {

/// What to tell of an exception that came out of this library, and whose fault it is: an Error as it is, and an Error for
/// what the language, the system or LibTorch threw.
Error as_error(const std::exception& error);

}  // namespace mdsm
