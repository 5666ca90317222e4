"""The networks of the bench that came after AlexNet, in Keras: `tf.keras.applications` where they are there, the others written out.

Each function gives a model and its input. Keras's own ResNet-50 has its strides in the first 1 x 1 of a block and biases in its convolutions,
its VGG-16 has no dropout and its MobileNet a little: all of that is less work than partrain and PyTorch have, if anything.
"""


def application(tf, name):
    return getattr(tf.keras.applications, name)(weights=None, classifier_activation=None), (224, 224, 3)


def unit(layers, x, filters, kernel, stride=1, activate=True, epsilon=1e-5):
    """A convolution without bias, batch normalisation, ReLU; padded as PyTorch pads."""
    if kernel > 1:
        x = layers.ZeroPadding2D(kernel // 2)(x)
    x = layers.Conv2D(filters, kernel, stride, use_bias=False)(x)
    x = layers.BatchNormalization(epsilon=epsilon, momentum=0.9)(x)
    return layers.ReLU()(x) if activate else x


def scores(layers, x, classes):
    return layers.Dense(classes, dtype="float32")(layers.GlobalAveragePooling2D()(x))


def resnet18(tf):
    layers = tf.keras.layers
    image = tf.keras.Input((224, 224, 3))
    x = unit(layers, image, 64, 7, 2)
    x = layers.MaxPool2D(3, 2)(layers.ZeroPadding2D(1)(x))
    for filters in (64, 128, 256, 512):
        for index in range(2):
            stride = 2 if index == 0 and filters > 64 else 1
            shortcut = unit(layers, x, filters, 1, stride, activate=False) if stride > 1 else x
            y = unit(layers, unit(layers, x, filters, 3, stride), filters, 3, activate=False)
            x = layers.ReLU()(layers.Add()([y, shortcut]))
    return tf.keras.Model(image, scores(layers, x, 1000)), (224, 224, 3)


def resnet20_cifar(tf):
    layers = tf.keras.layers
    image = tf.keras.Input((32, 32, 3))
    x = unit(layers, image, 16, 3)
    for filters in (16, 32, 64):
        for index in range(3):
            stride = 2 if index == 0 and filters > 16 else 1
            y = unit(layers, unit(layers, x, filters, 3, stride), filters, 3, activate=False)
            if stride > 1:
                # Every second pixel, and zeros for the channels that are not there yet.
                x = layers.Lambda(lambda x: tf.pad(x[:, ::2, ::2], [[0, 0], [0, 0], [0, 0], [0, x.shape[-1]]]))(x)
            x = layers.ReLU()(layers.Add()([y, x]))
    return tf.keras.Model(image, scores(layers, x, 10)), (32, 32, 3)


# Table 1 of Szegedy et al. 2015: #1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj.
INCEPTIONS = [("3a", 64, 96, 128, 16, 32, 32), ("3b", 128, 128, 192, 32, 96, 64), ("4a", 192, 96, 208, 16, 48, 64),
              ("4b", 160, 112, 224, 24, 64, 64), ("4c", 128, 128, 256, 24, 64, 64), ("4d", 112, 144, 288, 32, 64, 64),
              ("4e", 256, 160, 320, 32, 128, 128), ("5a", 256, 160, 320, 32, 128, 128), ("5b", 384, 192, 384, 48, 128, 128)]


def googlenet(tf):
    """Two heads, as partrain's googlenet-torchvision has them; outputs in the order of their losses' weights."""
    layers = tf.keras.layers
    convolution = lambda x, filters, kernel, stride=1: unit(layers, x, filters, kernel, stride, epsilon=1e-3)
    # Poolings that round up reach beyond the image by a row and a column.
    halved = lambda x, size=3: layers.MaxPool2D(size, 2, padding="same")(x)
    image = tf.keras.Input((224, 224, 3))
    x = halved(convolution(image, 64, 7, 2))
    x = halved(convolution(convolution(x, 64, 1), 192, 3))
    heads = []
    for name, ones, threes_reduced, threes, fives_reduced, fives, pooled in INCEPTIONS:
        if name in ("4a", "5a"):
            x = halved(x, 3 if name == "4a" else 2)
        x = layers.Concatenate()([
            convolution(x, ones, 1), convolution(convolution(x, threes_reduced, 1), threes, 3),
            convolution(convolution(x, fives_reduced, 1), fives, 3), convolution(layers.MaxPool2D(3, 1, padding="same")(x), pooled, 1)])
        if name in ("4a", "4d"):
            y = layers.Flatten()(convolution(layers.AvgPool2D(5, 3)(x), 128, 1))
            heads.append(layers.Dense(1000, dtype="float32")(layers.Dropout(0.7)(layers.Dense(1024, "relu")(y))))
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    return tf.keras.Model(image, [layers.Dense(1000, dtype="float32")(x), *heads]), (224, 224, 3)


MODELS = {
    "vgg16": lambda tf: application(tf, "VGG16"), "resnet18": resnet18, "resnet50": lambda tf: application(tf, "ResNet50"),
    "googlenet-torchvision": googlenet, "densenet121": lambda tf: application(tf, "DenseNet121"),
    "mobilenet": lambda tf: application(tf, "MobileNet"), "resnet20-cifar": resnet20_cifar,
}
