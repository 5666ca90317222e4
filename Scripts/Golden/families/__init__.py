"""Networks of each family, written out after their papers under the names that torchvision gives their parameters, or that the program does
where torchvision has no such network. In training a network with auxiliary heads gives their scores, too: (scores, [(weight, scores of a head)])."""
