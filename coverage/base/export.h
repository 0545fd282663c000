#pragma once

/// Marks what the shared library shows to hosts, tests and third-party modules.
#define GYRE_API __attribute__((visibility("default")))
