#pragma once

#include <c10/core/InferenceMode.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bindings/tensor.h"
#include "mdsm/base/watch.h"
#include "mdsm/config/given_option.h"

namespace mdsm::python {

/// Counts a call that is under way, until it has the GIL again.
class UnderWay {
 public:
  UnderWay();
  ~UnderWay();
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
};

/// At the interpreter's end: calls in other threads stop where they next ask, and are waited for, since a thread that asks
/// for the GIL of an interpreter that is gone would end the process.
void end_calls();

/// Around every call back into Python: takes the GIL.
/// \throws Error (interrupted) once end_calls() was called
class Callback {
 private:
  struct NotEnding {
    NotEnding();
  };
  NotEnding not_ending_;  // before the GIL is asked for
  nb::gil_scoped_acquire gil_;
};

/// Around every call that computes: other Python threads run meanwhile. Use as nb::call_guard<Work>().
///
/// \throws Error in a process that was forked after its parent had computed: the parent's threads, for which the first
///         loop would wait, are not there
class Work {
 public:
  Work();

 private:
  UnderWay under_way_;
  nb::gil_scoped_release released_;
  c10::InferenceMode normal_{false};  // tensors made here are filled by other threads, which know no such mode
};

/// Hears Ctrl-C (KeyboardInterrupt goes through) and tells `report`, which is None or a function (fraction, text).
Watch watch_of(nb::object report);

/// The same for work that ends in its own way: Ctrl-C makes `stop` true once, and `interrupted` afterwards true.
class StopOnSignal {
 public:
  Watch watch() const;
  /// Raises KeyboardInterrupt if there was one. Needs the GIL.
  void raise_if_interrupted() const;

 private:
  std::shared_ptr<bool> interrupted_ = std::make_shared<bool>(false);
};

/// A Python object that C++ may hold in any thread: it is let go under the GIL.
std::shared_ptr<nb::object> held(nb::object object);

/// Values for options: {"beta": 0.01} as options of `table`.
/// \throws Error for a value of a type that no option has
std::vector<GivenOption> given_options(const std::string& table, const nb::dict& values);

}  // namespace mdsm::python
