#include "coverage/source/dap/dap_source.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/cf/packing.h"
#include "coverage/source/dap/dap_answer.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/reading.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/fetching.h"
#include "coverage/source/remote/remote_holding.h"

namespace gyre::coverage::dap {
namespace {

std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view document(const remote::RemoteHolding& holding, const char* suffix) {
  const auto found = holding.documents.find(suffix);
  return found == holding.documents.end() ? std::string_view() : text_of(found->second.bytes);
}

/// What is asked at a time, so that little memory is taken: the answers of a batch are held.
constexpr std::size_t kPieceBytes = 4u << 20, kBatchBytes = 64u << 20;

}  // namespace

DapSource::DapSource(std::string address) : address_(std::move(address)) {
  const auto holding = remote::remote_holding(address_);
  identity_ = holding->identity;
  description_ =
      describe_dap(parse_dds(document(*holding, ".dds")), parse_das(document(*holding, ".das")));
}

RawBlock DapSource::read(const std::string& name, const IndexBox& box) const {
  const VariableSchema& variable = variable_named(description_.schema, name);
  RawBlock block = block_for(variable, box);
  read_unchanged(address_, identity_, name, [&] {
    block.bytes.resize(block.cells() * size_of(block.type));
    if (block.bytes.empty()) return;
    // Values of 16 bits come as 32.
    const std::size_t wire = std::max<std::size_t>(size_of(block.type), 4);
    read_pieces(description_.variables.at(name), pieces_of(box, kPieceBytes / wire), block);
  });
  block.type = storage_type_of(variable);
  return block;
}

void DapSource::read_pieces(const DapVariable& variable, const std::vector<IndexBox>& pieces,
                            RawBlock& block) const {
  const std::size_t item = size_of(block.type);
  std::span<std::byte> into = block.bytes;
  for (std::size_t first = 0; first < pieces.size();) {
    std::vector<IndexBox> batch;
    std::vector<std::vector<std::size_t>> shapes;
    std::vector<std::uint64_t> most;
    std::uint64_t bytes = 0;
    for (; first < pieces.size() && (batch.empty() || bytes < kBatchBytes); ++first) {
      batch.push_back(pieces[first]);
      shapes.emplace_back();
      for (const IndexRange& range : pieces[first]) shapes.back().push_back(range.size());
      most.push_back(most_answer_bytes(variable, shapes.back()));
      bytes += most.back();
    }
    const std::vector<Bytes> answers = ask_for(variable, batch, most);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const std::size_t size = cells_of(batch[i]) * item;
      numbers_of_answer(answers[i], variable, shapes[i], into.first(size));
      into = into.subspan(size);
    }
  }
}

std::vector<std::string> DapSource::read_strings(const std::string& name) const {
  const VariableSchema& variable = variable_named(description_.schema, name);
  if (variable.type != ElementType::String) {
    throw Error(ErrorKind::Internal, name, fmt::format("'{}' holds numbers, not texts", name));
  }
  constexpr std::size_t kMostBytes = DescribeLimits::kStringBytes, kLeastOfText = 16;
  IndexBox all;
  std::size_t cells = 1;
  for (const std::size_t extent : variable.shape) {
    all.push_back({0, extent});
    if (extent != 0 && cells > kMostBytes / kLeastOfText / extent) {
      throw Error(ErrorKind::TooLarge, name,
                  fmt::format("The texts of '{}' are more than the 64 MB that are read.", name));
    }
    cells *= extent;
  }
  std::vector<std::string> texts;
  if (cells == 0) return texts;
  read_unchanged(address_, identity_, name, [&] {
    const DapVariable& place = description_.variables.at(name);
    texts = texts_of_answer(ask_for(place, {all}, {kMostBytes}).front(), place, variable.shape);
  });
  return texts;
}

std::vector<Bytes> DapSource::ask_for(const DapVariable& variable,
                                      const std::vector<IndexBox>& boxes,
                                      const std::vector<std::uint64_t>& most) const {
  for (;;) {
    const bool of_grid = variable.in_grid && whole_grids_;
    std::vector<remote::HttpRequest> requests;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      remote::HttpRequest request;
      const auto projection = of_grid ? Projection::OfGrid : Projection::OfItself;
      request.address =
          dap_address(address_, ".dods", constraint_for(variable, boxes[i], projection));
      request.most = most[i];
      requests.push_back(std::move(request));
    }
    std::vector<Bytes> bodies;
    std::string refusal;
    for (remote::HttpAnswer& answer : remote::ask(requests, remote::kReadDeadline_s)) {
      if (answer.kind != remote::HttpAnswer::Kind::Good) {
        refusal = answer.why.empty() ? "there is nothing at its address" : answer.why;
      } else if (is_dap_error(text_of(answer.body))) {
        refusal = words_of_dap_error(text_of(answer.body));
      }
      bodies.push_back(std::move(answer.body));
    }
    if (refusal.empty()) return bodies;
    log(LogLevel::Info, fmt::format("{}: {}: its server refuses: {}", remote::shown(address_),
                                    fmt::join(variable.path, "."), refusal));
    if (!variable.in_grid || of_grid) {
      whole_grids_ = false;  // that was not why
      throw Error(ErrorKind::Unreachable, variable.path.back(),
                  "The server that holds the data failed to answer; please ask again later.");
    }
    whole_grids_ = true;
  }
}

}  // namespace gyre::coverage::dap
