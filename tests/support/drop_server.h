#pragma once

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/paths.h"

namespace mdsm::testing {

/// One request as the server saw it; "" where a header was missing.
struct SeenRequest {
  std::string path;
  std::string range;
  std::string if_range;
};

/// tests/data/fetch/drop_server.py in a process of its own, stopped at the end.
class DropServer {
 public:
  /// \param certificate  a PEM file with certificate and key makes it an https server; "" for http
  DropServer(const std::filesystem::path& payload, std::filesystem::path log, const std::string& certificate = "")
      : log_(std::move(log)), scheme_(certificate.empty() ? "http" : "https") {
    setenv("no_proxy", "127.0.0.1", 1);
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("pipe failed");
    process_ = fork();
    if (process_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      const std::string script = std::string(MDSM_SOURCE_DIR) + "/tests/data/fetch/drop_server.py";
      execlp("python3", "python3", script.c_str(), payload.c_str(), log_.c_str(),
             certificate.empty() ? nullptr : certificate.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    char letter = 0;
    while (read(ends[0], &letter, 1) == 1 && letter != '\n') port_ += letter;
    close(ends[0]);
    if (port_.empty()) throw std::runtime_error("drop_server.py did not start (is python3 installed?)");
  }
  ~DropServer() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  DropServer(const DropServer&) = delete;
  DropServer& operator=(const DropServer&) = delete;

  std::string url(const std::string& behaviour) const { return scheme_ + "://127.0.0.1:" + port_ + "/" + behaviour; }

  /// All requests so far, in order.
  std::vector<SeenRequest> requests() const {
    std::vector<SeenRequest> seen;
    std::ifstream file(log_);
    for (std::string line; std::getline(file, line);) {
      const auto entry = nlohmann::json::parse(line);
      const auto text = [&](const char* key) { return entry[key].is_null() ? "" : entry[key].get<std::string>(); };
      seen.push_back({text("path"), text("range"), text("if_range")});
    }
    return seen;
  }

 private:
  std::filesystem::path log_;
  std::string scheme_;
  pid_t process_ = -1;
  std::string port_;
};

}  // namespace mdsm::testing
