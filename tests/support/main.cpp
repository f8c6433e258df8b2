// The main of every test program: Xerces lives as long as it does.
#include <gtest/gtest.h>

#include "wpi/reader.h"

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  const understudy::wpi::XmlRuntime xml;
  return RUN_ALL_TESTS();
}
