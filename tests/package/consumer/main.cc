// What an outside project writes to sample a trained energy.
#include <mdsm/run/checkpoint.h>
#include <mdsm/sample/draw.h>

#include <iostream>

int main(int, char** argv) {
  const mdsm::TrainedEnergy trained = mdsm::load_trained_energy(argv[1]);
  const std::vector<uint64_t> seeds{0, 1, 2, 3};
  const mdsm::Tensor x = mdsm::draw_samples(*trained.energy, {.steps = 20}, trained.sample_context(), seeds).samples;
  std::cout << x.sizes() << " mean " << x.mean().item<float>() << '\n';
}
