#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

#include "mdsm/base/options.h"

namespace mdsm::cli {

// What a word of the command line may be, said when it is not: "'seven' is not an integer (expected at least 1)". The parser
// puts the flag's name before it. CLI11's own checks spell limits out in 300 digits, wrap negative numbers of unsigned
// options, and take any text for empty.

/// \return  the whole word as an integer; nothing where it is none, or needs more than 64 bits
std::optional<int64_t> integer_of(const std::string& word);
/// \return  the whole word as a number; nothing where it is none
std::optional<double> number_of(const std::string& word);

/// A word between quotes, cut where it is long.
std::string quoted(const std::string& word);

CLI::Validator integers(const Limits& limits);
CLI::Validator numbers(const Limits& limits);
/// Texts that are not empty: any, or the choices of the limits.
CLI::Validator texts(const Limits& limits = {});

/// How many of something: from 1 to a thousand million.
inline CLI::Validator counts() { return integers(between(1, 1e9)); }
/// Seeds, as [train] has them: a table of results can hold each, and those that follow.
inline CLI::Validator seeds() { return integers(between(0, 0x1p62)); }

/// Sees to it that every option of the app says what it expects: texts that are not empty, numbers that are numbers, flags
/// without a value. After all options are declared; subcommands are not visited.
void check_words(CLI::App& app);

}  // namespace mdsm::cli
