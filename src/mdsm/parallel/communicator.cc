#include "mdsm/parallel/communicator.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <thread>

#include "mdsm/system/machine.h"

namespace mdsm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBetweenLooks = std::chrono::milliseconds(50);
constexpr auto kRollCall = std::chrono::seconds(2);
constexpr auto kForAWord = std::chrono::seconds(5);

template <class Number> std::span<std::byte> bytes_of(Number* x, int64_t count) {
  return std::as_writable_bytes(std::span(x, static_cast<size_t>(count)));
}

std::span<std::byte> bytes_of(const Tensor& x) { return {static_cast<std::byte*>(x.data_ptr()), x.nbytes()}; }

void require_dense(const Tensor& x, const char* call) {
  require(x.is_contiguous() && x.device().is_cpu(), "{}: a tensor that is not contiguous on the CPU.", call);
}

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

}  // namespace

Communicator::Communicator(std::unique_ptr<Transport> transport, double seconds)
    : transport_(std::move(transport)), seconds_(seconds) {
  hosts_ = gather(host_name());
}

std::string Communicator::who(int rank) const {
  const auto place = static_cast<size_t>(rank);
  return place < hosts_.size() ? fmt::format("rank {} on {}", rank, hosts_[place]) : fmt::format("rank {}", rank);
}

Rows Communicator::rows(int64_t total) const {
  const int64_t first = total * rank() / size();
  return {first, total * (rank() + 1) / size() - first};
}

void Communicator::exchange(int to, std::span<const std::byte> out, int from, std::span<std::byte> in) {
  const Clock::time_point begin = Clock::now();
  try {
    transport_->exchange(to, out, from, in, seconds_);
  } catch (const RankError& error) {
    if (error.kind == RankError::Kind::late) give_up();
    throw RankError(error.kind, error.rank, fmt::format("{} is gone ({}).", who(error.rank), error.what()));
  }
  waited_ += seconds_since(begin);
}

/// Whom a rank waits for may itself wait for another: so all who wait call the roll, and whoever does not answer, or is
/// behind, is who held up the job.
void Communicator::give_up() {
  transport_->post(Note::here, calls_);
  const Clock::time_point begin = Clock::now();
  std::vector<std::optional<int64_t>> places;
  while (Clock::now() - begin < kRollCall) {
    places = transport_->posted(Note::here);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  std::vector<std::string> missing;
  int first_missing = -1;
  for (int other = 0; other < size(); ++other) {
    const std::optional<int64_t>& place = places[static_cast<size_t>(other)];
    if (other == rank() || (place && *place >= calls_)) continue;
    if (missing.empty()) first_missing = other;
    missing.push_back(who(other));
  }
  throw RankError(RankError::Kind::late, first_missing,
                  missing.empty()
                      ? fmt::format("a message between ranks did not arrive within {:g} s.", seconds_)
                      : fmt::format("{} did not come to the ranks' common work within {:g} s (stuck or dead).",
                                    fmt::join(missing, ", "), seconds_));
}

template <class Number> void Communicator::sum_of(Number* x, int64_t count) {
  // n ranks make p groups, p a power of two: of the first n - p groups each has two neighbours.
  const int n = size();
  const int groups = static_cast<int>(std::bit_floor(static_cast<unsigned>(n)));
  const int pairs = n - groups;
  const bool paired = rank() < 2 * pairs;
  const int group = paired ? rank() / 2 : rank() - pairs;
  const auto leader_of = [&](int g) { return g < pairs ? 2 * g : g + pairs; };
  const auto add = [&](int from, int64_t first, int64_t last, std::span<const std::byte> out) {
    const auto length = static_cast<size_t>(last - first);
    if (buffer_.size() < length * sizeof(Number)) buffer_.resize(length * sizeof(Number));
    const std::span<std::byte> in(buffer_.data(), length * sizeof(Number));
    exchange(from, out, from, in);
    const auto* other = reinterpret_cast<const Number*>(in.data());
    for (size_t i = 0; i < length; ++i) x[static_cast<size_t>(first) + i] += other[i];
  };
  if (paired && rank() % 2 == 1) {
    exchange(rank() - 1, bytes_of(x, count), -1, {});
    exchange(-1, {}, rank() - 1, bytes_of(x, count));
    return;
  }
  if (paired) add(rank() + 1, 0, count, {});
  // Halves go to whoever keeps them, neighbours first; then all halves go back the same way.
  std::vector<std::pair<int64_t, int64_t>> ranges{{0, count}};
  for (int distance = 1; distance < groups; distance *= 2) {
    const auto [first, last] = ranges.back();
    const int64_t middle = first + (last - first) / 2;
    const bool lower = (group & distance) == 0;
    const auto give = lower ? std::pair(middle, last) : std::pair(first, middle);
    ranges.push_back(lower ? std::pair(first, middle) : std::pair(middle, last));
    add(leader_of(group ^ distance), ranges.back().first, ranges.back().second,
        bytes_of(x + give.first, give.second - give.first));
  }
  for (int distance = groups / 2; distance >= 1; distance /= 2) {
    const auto [first, last] = ranges.back();
    ranges.pop_back();
    const auto [from, to] = ranges.back();
    const int peer = leader_of(group ^ distance);
    const bool lower = (group & distance) == 0;
    const std::span<std::byte> in = lower ? bytes_of(x + last, to - last) : bytes_of(x + from, first - from);
    exchange(peer, bytes_of(x + first, last - first), peer, in);
  }
  if (paired) exchange(rank() + 1, bytes_of(x, count), -1, {});
}

void Communicator::sum(const Tensor& x) {
  if (size() == 1) return;
  require_dense(x, "sum over ranks");
  ++calls_;
  switch (x.scalar_type()) {
    case at::kFloat:
      return sum_of(x.data_ptr<float>(), x.numel());
    case at::kDouble:
      return sum_of(x.data_ptr<double>(), x.numel());
    case at::kInt:
      return sum_of(x.data_ptr<int32_t>(), x.numel());
    case at::kLong:
      return sum_of(x.data_ptr<int64_t>(), x.numel());
    default:
      reject("sum over ranks: a tensor of {} (expected float32, float64, int32 or int64).", toString(x.scalar_type()));
  }
}

void Communicator::fill_in(const Tensor& whole, const Rows& own) {
  if (size() == 1 || whole.numel() == 0) return;
  require_dense(whole, "rows of ranks");
  const int64_t rows = whole.size(0);
  require(own.first >= 0 && own.count >= 0 && own.first + own.count <= rows, "rows of ranks: {} from {} on of {}.",
          own.count, own.first, rows);
  // As integers: 0 added to any bits gives the same bits, a negative zero and a NaN included.
  const size_t row = whole.nbytes() / static_cast<size_t>(rows);
  const Tensor bits = at::zeros({static_cast<int64_t>((whole.nbytes() + 3) / 4)}, at::kInt);
  auto* to = reinterpret_cast<std::byte*>(bits.data_ptr<int32_t>());
  const size_t offset = static_cast<size_t>(own.first) * row;
  std::memcpy(to + offset, bytes_of(whole).data() + offset, static_cast<size_t>(own.count) * row);
  sum(bits);
  std::memcpy(whole.data_ptr(), to, whole.nbytes());
}

void Communicator::broadcast(const Tensor& x) {
  if (size() == 1 || x.numel() == 0) return;
  require_dense(x, "broadcast");
  ++calls_;
  // A binomial tree: at distance d the ranks below d have it, and rank r hands it to r + d.
  for (int distance = 1; distance < size(); distance *= 2) {
    if (rank() < distance && rank() + distance < size()) exchange(rank() + distance, bytes_of(x), -1, {});
    else if (rank() >= distance && rank() < 2 * distance) exchange(-1, {}, rank() - distance, bytes_of(x));
  }
}

std::string Communicator::broadcast(const std::string& text) {
  if (size() == 1) return text;
  const Tensor length = at::scalar_tensor(static_cast<int64_t>(text.size()), at::kLong);
  broadcast(length);
  const Tensor bytes = at::empty({length.item<int64_t>()}, at::kByte);
  if (leads()) std::copy(text.begin(), text.end(), static_cast<char*>(bytes.data_ptr()));
  broadcast(bytes);
  return {static_cast<const char*>(bytes.data_ptr()), static_cast<size_t>(bytes.numel())};
}

std::vector<std::string> Communicator::gather(const std::string& text) {
  if (size() == 1) return {text};
  const Tensor ends = at::zeros({size()}, at::kLong);
  ends[rank()] = static_cast<int64_t>(text.size());
  sum(ends);
  ends.copy_(ends.cumsum(0));
  const auto* end = ends.const_data_ptr<int64_t>();
  const auto begin = [&](int of) { return of == 0 ? 0 : end[of - 1]; };
  const Tensor bytes = at::zeros({end[size() - 1]}, at::kByte);
  std::copy(text.begin(), text.end(), static_cast<char*>(bytes.data_ptr()) + begin(rank()));
  fill_in(bytes, {begin(rank()), static_cast<int64_t>(text.size())});
  std::vector<std::string> texts;
  for (int of = 0; of < size(); ++of)
    texts.emplace_back(static_cast<const char*>(bytes.data_ptr()) + begin(of),
                       static_cast<size_t>(end[of] - begin(of)));
  return texts;
}

bool Communicator::any(bool mine) {
  if (size() == 1) return mine;
  const Tensor count = at::scalar_tensor(mine ? 1 : 0, at::kInt);
  sum(count);
  return count.item<int32_t>() > 0;
}

void Communicator::barrier() { static_cast<void>(any(false)); }

std::string Communicator::from_leader(const std::function<std::string()>& make) {
  const std::string made = leads() ? make() : std::string();
  const double limit = std::exchange(seconds_, 0);
  std::string got = broadcast(made);
  seconds_ = limit;
  return got;
}

void Communicator::tell_stop() {
  if (size() == 1 || stop_told_) return;
  stop_told_ = true;
  transport_->post(Note::stop, 1);
}

bool Communicator::stop_told() {
  if (size() == 1 || stop_heard_) return stop_heard_;
  const Clock::time_point now = Clock::now();
  if (now - looked_ < kBetweenLooks) return false;
  looked_ = now;
  const std::vector<std::optional<int64_t>> notes = transport_->posted(Note::stop);
  stop_heard_ = std::ranges::any_of(notes, [](const auto& note) { return note.has_value(); });
  return stop_heard_;
}

void Communicator::tell_end() {
  if (size() > 1) transport_->post(Note::ended, 1);
}

bool Communicator::end_told() {
  if (size() == 1) return false;
  const Clock::time_point begin = Clock::now();
  while (Clock::now() - begin < kForAWord) {
    const auto notes = transport_->posted(Note::ended);
    if (std::ranges::any_of(notes, [](const auto& note) { return note.has_value(); })) return true;
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return false;
}

void Communicator::abort(int code) {
  if (transport_) transport_->abort(code);
  std::_Exit(code);
}

}  // namespace mdsm
