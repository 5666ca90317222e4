import Configuration
import Datasets
import Tensors

extension TrainingConfiguration {
    /// Fills in what an older release's checkpoint did not say, since there was no choice.
    mutating func fillInOlderChoices(_ learnt: LearntData) {
        randomResizedCrop = randomResizedCrop ?? false
        let hasSizeOfItsOwn = (try? DatasetSource(parsing: data))?.hasSizeOfItsOwn ?? false
        // A data set of grey images is one of IDX files, which stay as they are.
        guard resize == nil, !hasSizeOfItsOwn, let shape = learnt.imageShape, shape[0] == 3, shape[1] == shape[2] else { return }
        resize = shape[1]
    }
}
