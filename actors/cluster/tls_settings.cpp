#include <annals/actors/cluster/tls_settings.hpp>

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <memory>

namespace annals {

namespace {

template <auto Free>
struct free_by {
  template <class T>
  void operator()(T* one) const {
    Free(one);
  }
};
using file_input = std::unique_ptr<BIO, free_by<BIO_free_all>>;
using x509_certificate = std::unique_ptr<X509, free_by<X509_free>>;
using private_key = std::unique_ptr<EVP_PKEY, free_by<EVP_PKEY_free>>;
using trust_store = std::unique_ptr<X509_STORE, free_by<X509_STORE_free>>;
using trust_check = std::unique_ptr<X509_STORE_CTX, free_by<X509_STORE_CTX_free>>;

failure wrong_tls(const std::string& file, const std::string& why) {
  return {errc::invalid_argument,
          "config::cluster, tls: " + (file.empty() ? std::string{} : file + ' ') + why};
}

x509_certificate read_certificate(const std::string& file) {
  file_input in{BIO_new_file(file.c_str(), "r")};
  return x509_certificate{in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr};
}

// No passphrase is asked for.
private_key read_key(const std::string& file) {
  file_input in{BIO_new_file(file.c_str(), "r")};
  auto none = [](char*, int, int, void*) { return 0; };
  return private_key{in ? PEM_read_bio_PrivateKey(in.get(), nullptr, none, nullptr) : nullptr};
}

result<void> check_time(const std::string& file, const X509* certificate) {
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0)
    return wrong_tls(file, "has expired; have the authority sign a new certificate");
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) >= 0)
    return wrong_tls(file, "does not hold yet; set this machine's clock right, or wait");
  return {};
}

bool is_signed_by(X509* certificate, X509* authority) {
  trust_store trusted{X509_STORE_new()};
  trust_check check{X509_STORE_CTX_new()};
  return trusted && check && X509_STORE_add_cert(trusted.get(), authority) == 1
         && X509_STORE_CTX_init(check.get(), trusted.get(), certificate, nullptr) == 1
         && X509_verify_cert(check.get()) == 1;
}

} // namespace

result<void> check_tls(const tls_settings& settings) {
  if (settings.empty())
    return {};
  if (settings.certificate.empty() || settings.key.empty() || settings.authority.empty())
    return wrong_tls("", "certificate, key and authority belong together; give all three");
  auto certificate = read_certificate(settings.certificate);
  if (!certificate)
    return wrong_tls(settings.certificate, "is no certificate in PEM that can be read");
  auto authority = read_certificate(settings.authority);
  if (!authority)
    return wrong_tls(settings.authority, "is no certificate in PEM that can be read");
  auto key = read_key(settings.key);
  if (!key)
    return wrong_tls(settings.key,
                     "is no private key in PEM that can be read without a passphrase");
  if (X509_check_private_key(certificate.get(), key.get()) != 1)
    return wrong_tls(settings.key, "is not the key of " + settings.certificate);
  if (auto good = check_time(settings.certificate, certificate.get()); !good)
    return good;
  if (auto good = check_time(settings.authority, authority.get()); !good)
    return good;
  if (!is_signed_by(certificate.get(), authority.get()))
    return wrong_tls(settings.certificate, "was not signed by " + settings.authority
                                               + ", so that the other nodes would refuse it");
  return {};
}

} // namespace annals
