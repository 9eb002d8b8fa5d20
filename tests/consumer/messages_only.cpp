// Needs the messages room alone: neither CAF nor a store is linked.
#include <annals/messages/version.hpp>

int main() { return annals::version().empty() ? 1 : 0; }
