#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace mdsm {

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece, by OpenSSL.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  /// Appends `size` bytes.
  void update(const void* bytes, size_t size);
  /// The digest of everything so far, 64 lower-case hexadecimal digits; more may be appended afterwards.
  std::string hex() const;

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

/// Digest of `bytes`, 64 lower-case hexadecimal digits.
std::string sha256_of(std::string_view bytes);

/// Digest of a file, read in pieces of 1 MiB.
/// \throws Error (failure) if it cannot be read
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace mdsm
