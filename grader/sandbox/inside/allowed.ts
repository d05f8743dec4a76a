/**
 * The list of what an exercise may use of tfjs: whatever is not on it does not exist for student code, so nothing that
 * leads to the engine, its backends, kernels and registers, to files or to the network has to be thought of.
 */

/** Names of a part of tfjs, and of the parts within it. */
export interface Allowed {
  readonly names: readonly string[];
  readonly parts: Readonly<Record<string, readonly string[]>>;
}

const words = (...lines: readonly string[]): readonly string[] => lines.flatMap((line) => line.split(" "));

export const ALLOWED: Allowed = {
  names: words(
    // tensors, and what holds them
    "Tensor Variable TensorBuffer scalar tensor tensor1d tensor2d tensor3d tensor4d tensor5d tensor6d variable buffer",
    "complex real imag fill ones onesLike zeros zerosLike eye diag linspace range oneHot meshgrid clone cast print",
    "tidy keep dispose memory getBackend upcastType sumOutType",
    "rand randomGamma randomNormal randomStandardNormal randomUniform randomUniformInt truncatedNormal multinomial",
    // one entry after the other
    "abs acos acosh add addN asin asinh atan atan2 atanh bitwiseAnd ceil clipByValue cos cosh div divNoNan elu erf exp",
    "expm1 floor floorDiv isFinite isInf isNaN leakyRelu log log1p logSigmoid maximum minimum mod mul neg pow prelu",
    "reciprocal relu relu6 round rsqrt selu sigmoid sign sin sinh softplus sqrt square squaredDifference step sub tan",
    "tanh equal notEqual greater greaterEqual less lessEqual logicalAnd logicalNot logicalOr logicalXor where whereAsync",
    // along axes
    "all any argMax argMin bincount cumprod cumsum denseBincount euclideanNorm logSoftmax logSumExp max mean min moments",
    "norm prod softmax sum topk inTopKAsync lowerBound upperBound searchSorted unique setdiff1dAsync",
    // shapes and places
    "batchToSpaceND booleanMaskAsync broadcastArgs broadcastTo concat concat1d concat2d concat3d concat4d depthToSpace",
    "ensureShape expandDims gather gatherND mirrorPad pad pad1d pad2d pad3d pad4d reshape reverse reverse1d reverse2d",
    "reverse3d reverse4d scatterND slice slice1d slice2d slice3d slice4d spaceToBatchND sparseToDense split squeeze stack",
    "stridedSlice tensorScatterUpdate tile transpose unsortedSegmentSum unstack raggedGather raggedRange",
    "raggedTensorToTensor",
    // products and layers
    "dot einsum matMul outerProduct avgPool avgPool3d basicLSTMCell batchNorm batchNorm2d batchNorm3d batchNorm4d conv1d",
    "conv2d conv2dTranspose conv3d conv3dTranspose depthwiseConv2d dilation2d dropout localResponseNormalization maxPool",
    "maxPool3d maxPoolWithArgmax movingAverage multiRNNCell pool separableConv2d",
    // signals
    "cosineWindow enclosingPowerOfTwo fft ifft irfft rfft",
    // gradients
    "customGrad grad grads valueAndGrad valueAndGrads variableGrads",
  ),
  parts: {
    Rank: words("R0 R1 R2 R3 R4 R5 R6"),
    broadcast_util: words("assertAndGetBroadcastShape getBroadcastDims getReductionAxes"),
    fused: words("conv2d depthwiseConv2d matMul"),
    image: words(
      "cropAndResize flipLeftRight grayscaleToRGB resizeBilinear resizeNearestNeighbor rgbToGrayscale rotateWithOffset",
      "threshold transform",
    ),
    linalg: words("bandPart gramSchmidt qr"),
    math: words("confusionMatrix"),
    signal: words("frame hammingWindow hannWindow stft"),
    sparse: words("sparseFillEmptyRows sparseReshape sparseSegmentMean sparseSegmentSum"),
    spectral: words("fft ifft irfft rfft"),
    string: words("staticRegexReplace stringNGrams stringSplit stringToHashBucketFast"),
    tensor_util: words("assertTypesMatch getTensorsInContainer isTensorInList makeTypesMatch"),
    util: words(
      "arraysEqual arraysEqualWithNull assert assertNonNegativeIntegerDimensions assertNonNull assertShapesMatch",
      "bytesPerElement clamp computeStrides createScalarValue createShuffledIndices decodeString distSquared encodeString",
      "flatten getArrayFromDType getTypedArrayFromDType hasEncodingLoss indexToLoc inferDtype inferFromImplicitShape",
      "isBoolean isFunction isInt isNumber isPromise isScalarShape isString isTypedArray isValidDtype locToIndex",
      "makeOnesTypedArray makeZerosNestedTypedArray makeZerosTypedArray nearestDivisor nearestLargerEven now",
      "parseAxisParam randUniform rightPad shuffle shuffleCombo sizeFromShape sizeToSquarishShape squeezeShape sum swap",
      "tanh toNestedArray toTypedArray",
    ),
    version: words("tfjs tfjs-core"),
  },
};
