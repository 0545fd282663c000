/// Inner loops alone, by Google Benchmark.
///
///   inner_loops FILE [options of Google Benchmark]
///
/// FILE is one of the generator's daily files: variable thetao (time, depth, latitude, longitude).
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "coverage/source/source.h"
#include "rendering/classes.h"
#include "rendering/painter.h"
#include "rendering/png.h"
#include "rendering/style.h"

namespace {

using namespace gyre;

std::string file;

const coverage::Source& source() {
  static const auto opened = coverage::open_source(file);
  return *opened;
}

/// One 512 x 512 window of one level, far from the one before, so that no chunk is met again soon.
void read_window(benchmark::State& state) {
  std::vector<std::size_t> shape;
  const auto described = source().describe();
  for (const auto& variable : described.variables) {
    if (variable.name != "thetao") continue;
    for (const auto& dimension : variable.dimensions) {
      for (const auto& one : described.dimensions) {
        if (one.name == dimension) shape.push_back(one.size);
      }
    }
  }
  std::size_t k = 0;
  const std::size_t side = std::min<std::size_t>(512, std::min(shape.at(2), shape.at(3)) / 3);
  for (auto _ : state) {
    ++k;
    const std::size_t level = k * 5 % shape[1], y = k % 3 * (shape[2] / 3),
                      x = k / 3 % 3 * (shape[3] / 3);
    benchmark::DoNotOptimize(
        source().read("thetao", {{0, 1}, {level, level + 1}, {y, y + side}, {x, x + side}}));
  }
}
BENCHMARK(read_window)->Unit(benchmark::kMillisecond);

/// Smooth, a quarter of it missing, as tiles of the sea are.
std::vector<double> sea(std::size_t width, std::size_t height) {
  std::vector<double> values(width * height);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(i % width), y = static_cast<double>(i / width);
    const double hills = std::sin(x / 40) + std::cos(y / 30 + x / 90);
    values[i] = hills < -1 ? std::nan("") : 15 + 8 * hills;
  }
  return values;
}

rendering::Style thermal() {
  rendering::Style style;
  for (int k = 0; k < 250; ++k) {
    const auto c = static_cast<std::uint8_t>(k);
    style.palette.colours.push_back({c, static_cast<std::uint8_t>(255 - k), 128, 255});
  }
  style.low = 0;
  style.high = 30;
  return style;
}

/// From values to palette indices, as doubles go: stored integers take a table.
void paint_picture(benchmark::State& state) {
  const auto width = static_cast<std::size_t>(state.range(0)),
             height = static_cast<std::size_t>(state.range(1));
  const std::vector<double> values = sea(width, height);
  const rendering::Style style = thermal();
  for (auto _ : state) {
    benchmark::DoNotOptimize(rendering::classes_of(style, values));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * values.size()));
}
BENCHMARK(paint_picture)->Args({256, 256})->Args({1024, 768})->Unit(benchmark::kMillisecond);

void encode_picture(benchmark::State& state) {
  const auto width = static_cast<std::size_t>(state.range(0)),
             height = static_cast<std::size_t>(state.range(1));
  const rendering::Style style = thermal();
  const auto classes = rendering::classes_of(style, sea(width, height));
  const auto palette = rendering::palette_of(style, {.transparent = true});
  for (auto _ : state) {
    rendering::PngWriter png(width, height, palette);
    png.add(classes);
    benchmark::DoNotOptimize(png.finish());
  }
}
BENCHMARK(encode_picture)->Args({256, 256})->Args({1024, 768})->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: inner_loops FILE [options]\n", stderr), 2;
  file = argv[1];
  argv[1] = argv[0];
  --argc, ++argv;
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
