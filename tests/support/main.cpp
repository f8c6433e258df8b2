// The main of every test program: Xerces lives as long as it does.
#include <gtest/gtest.h>

#include <cstdlib>

#include "wpi/reader.h"

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  ::setenv("XDG_STATE_HOME", "/dev/null", 0);  // what the programs that tests start would keep for their user
  const understudy::wpi::XmlRuntime xml;
  return RUN_ALL_TESTS();
}
