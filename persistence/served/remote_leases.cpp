#include <annals/persistence/served/remote_leases.hpp>

#include <annals/persistence/served/store_protocol.hpp>

namespace annals::served {

namespace {

// To ask any of these twice does nothing more than once.
class remote_leases final : public lease_store {
public:
  explicit remote_leases(std::shared_ptr<store_line> line) : channel_{std::move(line)} {}

  result<lease> acquire(const lease_claim& claim) override {
    return ask<lease>(store_call::acquire, claim);
  }
  result<lease> renew(const lease_claim& claim, std::uint64_t token) override {
    return ask<lease>(store_call::renew, claim, token);
  }
  result<void> release(std::string_view name, std::uint64_t token) override {
    return ask<void>(store_call::release, name, token);
  }
  result<std::vector<lease>> list(std::string_view prefix) override {
    return ask<std::vector<lease>>(store_call::list_leases, prefix);
  }
  result<std::uint64_t> forget(std::string_view prefix,
                               std::chrono::milliseconds out_for) override {
    return ask<std::uint64_t>(store_call::forget_leases, prefix, out_for);
  }
  result<timestamp> clock() override { return ask<timestamp>(store_call::clock); }

private:
  template <class T, class... Arguments>
  result<T> ask(store_call what, const Arguments&... arguments) {
    auto answer = channel_.ask(encode_question(what, arguments...));
    if (!answer)
      return answer.error();
    return decode_answer<T>(channel_.line(), *answer);
  }

  line_channel channel_;
};

} // namespace

std::unique_ptr<lease_store> make_remote_leases(std::shared_ptr<store_line> line) {
  return std::make_unique<remote_leases>(std::move(line));
}

} // namespace annals::served
