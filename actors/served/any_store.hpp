#pragma once

#include <annals/actors/cluster/cluster_settings.hpp>
#include <annals/persistence/open_store.hpp>

#include <memory>
#include <string_view>

namespace annals {

/// As `open_store`, and also opens the store that a node serves (`cluster_settings::serve_store`)
/// by its address: "annals://HOST:PORT", with `?name=value&…` for what is not as in `like`:
/// `certificate`, `key` and `authority` (files in PEM), `give_up` and `connect_timeout` (ms). It is
/// shared: `is_shared`. Blocks until it is reached. Gives what `open_store` gives;
/// `store_unavailable` where nobody answers for three times `connect_timeout`; `invalid_argument`
/// where another program is there, or a node that serves no store; `layout_too_new` or
/// `layout_too_old` where it is of another release. When the connection breaks later, calls wait
/// for it and then ask what became of what was under way; past `give_up` they give
/// `store_unavailable`.
result<std::unique_ptr<event_store>>
open_any_store(std::string_view url, store_options options = {}, const cluster_settings& like = {});

} // namespace annals
