#include "mdsm/reproduce/record.h"

#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/json_text.h"

namespace mdsm::reproduce {

std::optional<Record> read_record(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    const auto json = parse_json<nlohmann::json>(read_file(file));
    return Record{json.at("command"), json.at("after"), json.at("output"), json.at("seconds"), json.at("finished")};
  } catch (const nlohmann::json::exception& problem) {
    reject("{}: damaged ({}). Remove it; the command that it stands for is run again.", file.string(), problem.what());
  }
}

void write_record(const std::filesystem::path& file, const Record& record) {
  const nlohmann::ordered_json json{{"command", record.command},
                                    {"after", record.after},
                                    {"seconds", record.seconds},
                                    {"finished", record.finished},
                                    {"output", record.output}};
  write_file_atomically(file, dump_json(json, 1) + "\n");
}

std::string typed(const std::vector<std::string>& command) { return fmt::format("mdsm {}", fmt::join(command, " ")); }

}  // namespace mdsm::reproduce
