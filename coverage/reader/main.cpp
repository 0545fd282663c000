#include "coverage/reader/holding_handler.h"

/// gyre-reader: opens files for gyre, and dies of them in its stead.
int main(int argc, char** argv) {
  gyre::coverage::reader::HoldingHandler handler;
  return gyre::coverage::reader::reader_main(argc, argv, handler);
}
