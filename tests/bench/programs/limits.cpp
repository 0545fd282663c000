/// What the machine allows: each step of an answer done alone, by hand, on one core.
///
///   limits SCRATCH_FILE COLUMNS ROWS CHUNK_ROWS CHUNK_COLUMNS  < chunks
///
/// Standard input has one chunk a line: KIND PATH OFFSET SIZE RAW_BYTES, where KIND says what it is
/// of: `level` (the chunks of a globe of int16, deflated and shuffled, in row-major order),
/// `series` (a point's series in NetCDF files) or `zarr` (one in Blosc chunks). Prints a JSON
/// object: the median milliseconds of each step; `decode_of_1` and `decode_of_2` are of one and of
/// two processes that decode the level's chunks at the same time, each for itself.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include <blosc.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <netcdf.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

struct Chunk {
  std::string path;
  off_t offset = 0;
  std::size_t size = 0, raw = 0;
};

double median_ms(std::size_t rounds, const std::function<void()>& work) {
  std::vector<double> spent;
  for (std::size_t i = 0; i < rounds; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    spent.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
            .count());
  }
  std::nth_element(spent.begin(), spent.begin() + static_cast<std::ptrdiff_t>(rounds / 2),
                   spent.end());
  return spent[rounds / 2];
}

/// Keeps the compiler from leaving work out.
void used(const void* p) { asm volatile("" : : "r"(p) : "memory"); }

void must(bool good, const char* what) {
  if (!good) {
    std::fprintf(stderr, "limits: %s failed\n", what);
    std::exit(1);
  }
}

/// Files stay open, as a server keeps them.
int opened(const std::string& path) {
  static std::map<std::string, int> open;
  const auto [at, is_new] = open.try_emplace(path, -1);
  if (is_new) at->second = ::open(path.c_str(), O_RDONLY);
  must(at->second >= 0, path.c_str());
  return at->second;
}

void read_chunk(const Chunk& chunk, std::vector<std::uint8_t>& into) {
  into.resize(chunk.size);
  must(::pread(opened(chunk.path), into.data(), chunk.size, chunk.offset) ==
           static_cast<ssize_t>(chunk.size),
       "pread");
}

void inflate(const Chunk& chunk, const std::vector<std::uint8_t>& in,
             std::vector<std::uint8_t>& out) {
  static libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  out.resize(chunk.raw);
  must(libdeflate_zlib_decompress(decompressor, in.data(), chunk.size, out.data(), chunk.raw,
                                  nullptr) == LIBDEFLATE_SUCCESS,
       "inflate");
}

void unshuffle(const std::vector<std::uint8_t>& in, std::vector<std::uint16_t>& out) {
  const std::size_t n = in.size() / 2;
  out.resize(n);
  const std::uint8_t *low = in.data(), *high = in.data() + n;
  std::uint16_t* const to = out.data();
  for (std::size_t i = 0; i < n; ++i) to[i] = static_cast<std::uint16_t>(low[i] | high[i] << 8);
}

void append_u32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 255);
}

/// PNG of 256 colours, no filter.
std::string png(const std::vector<std::uint8_t>& rows, std::uint32_t width, std::uint32_t height) {
  static libdeflate_compressor* const compressor = libdeflate_alloc_compressor(1);
  std::string out = "\x89PNG\r\n\x1a\n";
  const auto part = [&out](const char* name, std::string_view data) {
    append_u32(out, static_cast<std::uint32_t>(data.size()));
    const std::size_t begin = out.size();
    (out += name) += data;
    append_u32(out, libdeflate_crc32(0, out.data() + begin, out.size() - begin));
  };
  std::string header;
  append_u32(header, width);
  append_u32(header, height);
  header += std::string("\x08\x03\0\0\0", 5);
  part("IHDR", header);
  part("PLTE", std::string(768, '\x40'));
  std::string data(libdeflate_zlib_compress_bound(compressor, rows.size()), '\0');
  data.resize(
      libdeflate_zlib_compress(compressor, rows.data(), rows.size(), data.data(), data.size()));
  part("IDAT", data);
  part("IEND", "");
  return out;
}

/// Decodes all of them, each into memory of its own, as what is kept is.
void decode(const std::vector<Chunk>& chunks) {
  std::vector<std::uint8_t> packed, plain;
  for (const Chunk& chunk : chunks) {
    read_chunk(chunk, packed);
    inflate(chunk, packed, plain);
    std::vector<std::uint16_t> samples;
    unshuffle(plain, samples);
    used(samples.data());
  }
}

/// As many processes do so at the same time, until the last one is done.
void decode_in(int processes, const std::vector<Chunk>& chunks) {
  for (int i = 0; i < processes; ++i) {
    const pid_t child = ::fork();
    must(child >= 0, "fork");
    if (child == 0) {
      decode(chunks);
      ::_exit(0);
    }
  }
  for (int i = 0; i < processes; ++i) {
    int status = 0;
    must(::wait(&status) > 0 && status == 0, "decoding");
  }
}

/// A picture out of a level in memory: a row and a column of cells for each of the picture's, the
/// stored number through a table. Each row begins with PNG's filter byte.
void render(const std::vector<std::uint16_t>& level, std::size_t columns,
            const std::vector<std::size_t>& from_row, const std::vector<std::size_t>& from_column,
            const std::vector<std::uint8_t>& table, std::vector<std::uint8_t>& out) {
  out.resize(from_row.size() * (from_column.size() + 1));
  std::uint8_t* to = out.data();
  for (const std::size_t row : from_row) {
    const std::uint16_t* const from = &level[row * columns];
    *to++ = 0;
    for (const std::size_t column : from_column) *to++ = table[from[column]];
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("usage: limits SCRATCH COLUMNS ROWS CHUNK_ROWS CHUNK_COLUMNS < chunks\n", stderr);
    return 2;
  }
  const std::string scratch = argv[1];
  const std::size_t columns = std::strtoull(argv[2], nullptr, 10);
  const std::size_t rows = std::strtoull(argv[3], nullptr, 10);
  const std::size_t chunk_rows = std::strtoull(argv[4], nullptr, 10);
  const std::size_t chunk_columns = std::strtoull(argv[5], nullptr, 10);
  std::map<std::string, std::vector<Chunk>> chunks;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string kind;
    Chunk chunk;
    words >> kind >> chunk.path >> chunk.offset >> chunk.size >> chunk.raw;
    chunks[kind].push_back(chunk);
  }
  const auto& globe = chunks["level"];
  must(!globe.empty(), "reading the list of chunks");

  std::map<std::string, double> ms;
  std::vector<std::uint8_t> packed, plain;
  std::vector<std::uint16_t> samples;
  const Chunk& one = globe[globe.size() / 2];
  ms["chunk_pread"] = median_ms(15, [&] {
    read_chunk(one, packed);
    used(packed.data());
  });
  ms["chunk_inflate"] = median_ms(9, [&] {
    inflate(one, packed, plain);
    used(plain.data());
  });
  ms["chunk_unshuffle"] = median_ms(15, [&] {
    unshuffle(plain, samples);
    used(samples.data());
  });
  std::vector<std::uint16_t> copy(samples.size());
  ms["chunk_memcpy"] = median_ms(15, [&] {
    std::memcpy(copy.data(), samples.data(), samples.size() * 2);
    used(copy.data());
  });

  for (const int processes : {1, 2}) {
    ms["decode_of_" + std::to_string(processes)] =
        median_ms(5, [&] { decode_in(processes, globe); });
  }

  std::vector<std::uint16_t> level(columns * rows);
  ms["globe_decode"] = median_ms(3, [&] {
    std::size_t number = 0;
    for (std::size_t y = 0; y < rows; y += chunk_rows) {
      for (std::size_t x = 0; x < columns; x += chunk_columns, ++number) {
        read_chunk(globe.at(number), packed);
        inflate(globe[number], packed, plain);
        unshuffle(plain, samples);
        for (std::size_t row = 0; row < std::min(chunk_rows, rows - y); ++row) {
          std::memcpy(&level[(y + row) * columns + x], &samples[row * chunk_columns],
                      2 * std::min(chunk_columns, columns - x));
        }
      }
    }
    used(level.data());
  });
  std::vector<std::uint16_t> level_copy(level.size());
  ms["globe_memcpy"] = median_ms(9, [&] {
    std::memcpy(level_copy.data(), level.data(), level.size() * 2);
    used(level_copy.data());
  });

  std::vector<std::uint8_t> table(65536), picture;
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<std::uint8_t>((static_cast<std::int16_t>(i) + 32768) / 258);
  }
  std::string encoded;
  const auto draw = [&](const std::string& name, std::size_t width, std::size_t height, double west,
                        double east, double south, double north, bool mercator) {
    const double step = 360.0 / static_cast<double>(columns);
    ms[name + "_render"] = median_ms(51, [&] {
      std::vector<std::size_t> from_row(height), from_column(width);
      const auto y_of = [](double lat) {
        return std::asinh(std::tan(lat * std::numbers::pi / 180));
      };
      for (std::size_t i = 0; i < height; ++i) {
        const double f = (static_cast<double>(i) + 0.5) / static_cast<double>(height);
        const double lat =
            mercator ? std::atan(std::sinh(y_of(north) + f * (y_of(south) - y_of(north)))) * 180 /
                           std::numbers::pi
                     : north + f * (south - north);
        from_row[i] = static_cast<std::size_t>(
            std::clamp(std::round((lat + 80) / step), 0.0, static_cast<double>(rows - 1)));
      }
      for (std::size_t i = 0; i < width; ++i) {
        const double lon =
            west + (static_cast<double>(i) + 0.5) / static_cast<double>(width) * (east - west);
        from_column[i] = static_cast<std::size_t>(
            std::clamp(std::round((lon + 180) / step), 0.0, static_cast<double>(columns - 1)));
      }
      render(level, columns, from_row, from_column, table, picture);
      used(picture.data());
    });
    ms[name + "_png"] = median_ms(51, [&] {
      encoded = png(picture, static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height));
      used(encoded.data());
    });
  };
  draw("tile", 256, 256, -45, -22.5, 21.9, 41, true);
  draw("map", 1024, 768, -180, 180, -90, 90, false);

  const std::size_t window = columns / 36;
  std::vector<std::uint16_t> box(window * window);
  ms["window_copy"] = median_ms(51, [&] {
    for (std::size_t row = 0; row < window; ++row) {
      std::memcpy(&box[row * window], &level[(rows / 3 + row) * columns + columns / 3], window * 2);
    }
    used(box.data());
  });

  ms["globe_write_raw"] = median_ms(3, [&] {
    int nc = 0, variable = 0, dimensions[2] = {};
    must(nc_create(scratch.c_str(), NC_NETCDF4 | NC_CLOBBER, &nc) == NC_NOERR, "nc_create");
    nc_def_dim(nc, "y", rows, &dimensions[0]);
    nc_def_dim(nc, "x", columns, &dimensions[1]);
    nc_def_var(nc, "v", NC_USHORT, 2, dimensions, &variable);
    nc_def_var_fill(nc, variable, NC_NOFILL, nullptr);
    must(nc_put_var(nc, variable, level.data()) == NC_NOERR, "nc_put_var");
    must(nc_close(nc) == NC_NOERR, "nc_close");
  });
  ::unlink(scratch.c_str());
  ms["globe_deflate"] = median_ms(3, [&] {
    static libdeflate_compressor* const compressor = libdeflate_alloc_compressor(1);
    std::vector<std::uint8_t> planes(level.size() * 2);
    for (std::size_t i = 0; i < level.size(); ++i) {
      planes[i] = static_cast<std::uint8_t>(level[i]);
      planes[level.size() + i] = static_cast<std::uint8_t>(level[i] >> 8);
    }
    std::vector<std::uint8_t> out(libdeflate_zlib_compress_bound(compressor, planes.size()));
    must(libdeflate_zlib_compress(compressor, planes.data(), planes.size(), out.data(),
                                  out.size()) > 0,
         "deflate");
    used(out.data());
  });

  if (const auto& series = chunks["series"]; !series.empty()) {
    ms["series_netcdf"] = median_ms(3, [&] {
      for (const Chunk& chunk : series) {
        read_chunk(chunk, packed);
        inflate(chunk, packed, plain);
        used(plain.data());
      }
    });
  }
  if (const auto& series = chunks["zarr"]; !series.empty()) {
    blosc_init();
    ms["series_zarr"] = median_ms(5, [&] {
      for (const Chunk& chunk : series) {
        read_chunk(chunk, packed);
        plain.resize(chunk.raw);
        must(blosc_decompress_ctx(packed.data(), plain.data(), chunk.raw, 1) ==
                 static_cast<int>(chunk.raw),
             "blosc");
        used(plain.data());
      }
    });
  }

  std::printf("{");
  const char* comma = "";
  for (const auto& [name, value] : ms) {
    std::printf("%s\"%s\":%.5f", comma, name.c_str(), value);
    comma = ",";
  }
  std::printf("}\n");
}
