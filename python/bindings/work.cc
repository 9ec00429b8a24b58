#include "bindings/work.h"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "mdsm/base/error.h"

namespace mdsm::python {
namespace {

std::atomic<bool> has_computed = false;
std::atomic<bool> is_orphan = false;
std::atomic<bool> is_ending = false;
std::atomic<int> calls_under_way = 0;

void watch_for_forks() {
  static const int kRegistered = pthread_atfork(nullptr, nullptr, [] { is_orphan = has_computed.load(); });
  static_cast<void>(kRegistered);
}

template <class Value> OptionValue list_value(const nb::list& list) {
  std::vector<Value> values;
  for (nb::handle entry : list) values.push_back(nb::cast<Value>(entry));
  return values;
}

OptionValue option_value(nb::handle value, const std::string& where) {
  if (nb::isinstance<nb::bool_>(value)) return nb::cast<bool>(value);
  if (nb::isinstance<nb::int_>(value)) return nb::cast<int64_t>(value);
  if (nb::isinstance<nb::float_>(value)) return nb::cast<double>(value);
  if (nb::isinstance<nb::str>(value)) return nb::cast<std::string>(value);
  if (nb::isinstance<nb::list>(value) || nb::isinstance<nb::tuple>(value)) {
    const nb::list list(nb::borrow(value));
    bool words = nb::len(list) > 0, whole = true;
    for (nb::handle entry : list) {
      words = words && nb::isinstance<nb::str>(entry);
      whole = whole && nb::isinstance<nb::int_>(entry);
    }
    if (words) return list_value<std::string>(list);
    if (whole) return list_value<int64_t>(list);
    return list_value<double>(list);
  }
  reject("{}: a value of type {} (expected a bool, a number, a str, or a list of numbers or strs).", where,
         nb::cast<std::string>(nb::str(value.type().attr("__name__"))));
}

}  // namespace

UnderWay::UnderWay() { ++calls_under_way; }
UnderWay::~UnderWay() { --calls_under_way; }

void end_calls() {
  constexpr auto kPatience = std::chrono::seconds(20);
  is_ending = true;
  const nb::gil_scoped_release released;
  const auto begin = std::chrono::steady_clock::now();
  while (calls_under_way > 0 && std::chrono::steady_clock::now() - begin < kPatience) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

Callback::NotEnding::NotEnding() {
  if (is_ending) throw Error("the interpreter is ending.", Fault::interrupted);
}

Work::Work() {
  watch_for_forks();
  has_computed = true;
  require(!is_orphan,
          "mdsm: this process was forked after its parent had computed (the parent's threads are not in it). Start it "
          "with multiprocessing's 'spawn' or 'forkserver', or fork before the first call.");
}

Watch watch_of(nb::object report) {
  const auto stop = [] {
    const Callback gil;
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    return false;
  };
  if (report.is_none()) return Watch(nullptr, stop);
  return Watch(
      [listener = held(std::move(report))](double fraction, std::string_view text) {
        const Callback gil;
        (*listener)(fraction, std::string(text));
      },
      stop);
}

Watch StopOnSignal::watch() const {
  return Watch(nullptr, [interrupted = interrupted_] {
    if (is_ending) return true;
    const nb::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() != 0) {
      PyErr_Clear();
      *interrupted = true;
    }
    return *interrupted;
  });
}

void StopOnSignal::raise_if_interrupted() const {
  if (!*interrupted_) return;
  PyErr_SetNone(PyExc_KeyboardInterrupt);
  throw nb::python_error();
}

std::shared_ptr<nb::object> held(nb::object object) {
  return {new nb::object(std::move(object)), [](nb::object* kept) {
            if (Py_IsInitialized() == 0) return;  // the interpreter is gone, and the object with it
            const nb::gil_scoped_acquire gil;
            delete kept;
          }};
}

std::vector<GivenOption> given_options(const std::string& table, const nb::dict& values) {
  std::vector<GivenOption> given;
  for (const auto& [name, value] : values) {
    const auto key = nb::cast<std::string>(name);
    const std::string where = table + "." + key;
    given.push_back({table, key, option_value(value, where), where});
  }
  return given;
}

}  // namespace mdsm::python
