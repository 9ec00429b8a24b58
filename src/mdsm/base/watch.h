#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mdsm {

/// Who hears how far long work is, and may ask it to stop: the last argument of every long call of the library.
///
/// A default Watch hears nothing and never stops. Cheap to copy. Calls come from one thread, often (once a batch or a
/// step): a listener that draws limits itself.
class Watch {
 public:
  /// \param fraction  of the work that is done, in [0, 1]
  /// \param text      what is being done, such as "scored 512 of 1000"; valid during the call
  using Report = std::function<void(double fraction, std::string_view text)>;
  /// Whether the work should end.
  using Stop = std::function<bool()>;

  Watch() = default;
  /// Either may be empty.
  explicit Watch(Report report, Stop stop = nullptr);

  /// Reports, then stops if that was asked for.
  /// \throws Error (interrupted) where the work should end; what the listener throws goes through as well
  void update(double fraction, std::string_view text) const;
  /// The same of countable work: "VERB done of total".
  void update(int64_t done, int64_t total, std::string_view verb) const;
  /// Ends the work if that was asked for, without a report.
  /// \throws Error (interrupted)
  void check() const;
  /// For work that ends in its own way: a training saves first.
  bool should_stop() const { return stop_ && stop_(); }

  /// The watch of a part of the work: its 0 and 1 are `begin` and `end` here. Where `text` is not empty it is what is
  /// told, instead of the part's own text.
  Watch part(double begin, double end, std::string text = {}) const;
  /// Asks to stop as this one does and hears nothing.
  Watch silent() const { return Watch(nullptr, stop_); }

 private:
  Report report_;
  Stop stop_;
};

}  // namespace mdsm
