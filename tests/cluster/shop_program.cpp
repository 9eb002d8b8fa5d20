// A shop as a program: built once as it was, and once (SHOP_AFTER) with a later version of its
// event.

#include "tests/actors/cluster/shops.hpp"

#include <annals/tools/command_line.hpp>

#ifdef SHOP_AFTER
using shop = shop_after::domain;
#else
using shop = shop_before::domain;
#endif

int main(int argc, char** argv) { return annals::run(shop{}, argc, argv); }
