#include "mdsm/formats/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

void require_openssl(int returned, const char* call) {
  if (returned != 1) fail("sha256: OpenSSL's {} failed (is the library whole?). Reinstall libssl.", call);
}

std::string system_reason() { return std::generic_category().message(errno); }

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  if (!context_) fail("sha256: no memory for a digest (OpenSSL's EVP_MD_CTX_new). Free some memory.");
  require_openssl(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr), "EVP_DigestInit_ex");
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(const void* bytes, size_t size) {
  require_openssl(EVP_DigestUpdate(context_.get(), bytes, size), "EVP_DigestUpdate");
}

std::string Sha256::hex() const {
  const Sha256 copy;
  require_openssl(EVP_MD_CTX_copy_ex(copy.context_.get(), context_.get()), "EVP_MD_CTX_copy_ex");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  require_openssl(EVP_DigestFinal_ex(copy.context_.get(), digest.data(), &size), "EVP_DigestFinal_ex");
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

std::string sha256_of(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes.data(), bytes.size());
  return hash.hex();
}

std::string sha256_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("sha256: cannot open '{}' ({}). Check the path and its permissions.", path.string(), system_reason());
  Sha256 hash;
  std::vector<char> piece(1 << 20);
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    hash.update(piece.data(), static_cast<size_t>(file.gcount()));
  }
  if (file.bad() || !file.eof()) fail("sha256: cannot read '{}' ({}). Check the disk.", path.string(), system_reason());
  return hash.hex();
}

}  // namespace mdsm
