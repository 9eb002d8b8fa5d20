#pragma once

#include <annals/messages/command.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>

// How Catch2 prints our values when a check fails: what a store answers, and receipts.
namespace Catch {

template <>
struct StringMaker<annals::receipt> {
  static std::string convert(const annals::receipt& got) {
    return annals::quoted(got.stream) + " at version " + std::to_string(got.version) + ", "
           + std::to_string(got.events) + " events up to " + std::to_string(got.position)
           + (got.repeated ? ", repeated" : "");
  }
};

} // namespace Catch
