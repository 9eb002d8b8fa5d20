#pragma once

#include <annals/messages/text.hpp>
#include <annals/persistence/event_store.hpp>

#include <catch2/catch.hpp>

#include <string>

// How Catch2 prints what a store answers when a check fails.
namespace Catch {

template <class T>
struct StringMaker<annals::result<T>> {
  static std::string convert(const annals::result<T>& result) {
    return result.has_error() ? to_string(result.error()) : Detail::stringify(*result);
  }
};

template <>
struct StringMaker<annals::result<void>> {
  static std::string convert(const annals::result<void>& result) {
    return result.has_error() ? to_string(result.error()) : "success";
  }
};

template <>
struct StringMaker<annals::appended> {
  static std::string convert(const annals::appended& where) {
    return "version " + std::to_string(where.version) + " at " + std::to_string(where.position);
  }
};

template <>
struct StringMaker<annals::stream_info> {
  static std::string convert(const annals::stream_info& info) {
    return annals::quoted(info.stream) + " at version " + std::to_string(info.version);
  }
};

template <>
struct StringMaker<annals::recorded_event> {
  static std::string convert(const annals::recorded_event& event) {
    return annals::quoted(event.stream) + '@' + std::to_string(event.version) + " at "
           + std::to_string(event.position) + ": " + event.type + ' '
           + annals::quoted(event.payload);
  }
};

} // namespace Catch
