"""Which of PyTorch's operators go where. All others are read with fallback="autograd" only."""

#: the engine's own pointwise functions, by PyTorch's operator
POINTWISE = {
    "aten.silu": "silu",
    "aten.sigmoid": "sigmoid",
    "aten.tanh": "tanh",
    "aten.relu": "relu",
}

#: entry by entry, with two derivatives almost everywhere: by autograd within the pass (AtenCall)
ELEMENTWISE = {
    "aten." + name
    for name in (
        "abs acos acosh asin asinh atan atan2 atanh celu clamp clamp_max clamp_min cos cosh div elu erf erfc exp exp2 expm1 "
        "gelu hardsigmoid hardswish hardtanh leaky_relu lgamma log log10 log1p log2 log_sigmoid logaddexp maximum minimum "
        "mish mul add sub rsub neg pow reciprocal relu6 rsqrt selu sin sinc sinh softplus softsign sqrt square tan threshold "
        "true_divide where xlogy erfinv digamma hypot"
    ).split()
}

#: linear in what depends on the data, datum by datum: (operator, places of arguments that name axes)
LINEAR = {
    "aten.constant_pad_nd": (),
    "aten.pad": (),
    "aten.reflection_pad1d": (),
    "aten.reflection_pad2d": (),
    "aten.replication_pad2d": (),
    "aten.avg_pool1d": (),
    "aten.avg_pool2d": (),
    "aten.avg_pool3d": (),
    "aten.adaptive_avg_pool1d": (),
    "aten.adaptive_avg_pool2d": (),
    "aten.upsample_nearest1d": (),
    "aten.upsample_nearest2d": (),
    "aten.upsample_bilinear2d": (),
    "aten.pixel_shuffle": (),
    "aten.pixel_unshuffle": (),
    "aten.select": (1,),
    "aten.narrow": (1,),
    "aten.index_select": (1,),
    "aten.flip": (1,),
    "aten.roll": (2,),
    "aten.cumsum": (1,),
    "aten.permute": (),
    "aten.transpose": (1, 2),
    "aten.cat": (1,),
    "aten.stack": (1,),
    "aten.diagonal": (2, 3),
    "aten.tril": (),
    "aten.triu": (),
    "aten.movedim": (1, 2),
}

#: anything else with two derivatives that keeps data apart: by autograd within the pass
SMOOTH = {
    "aten.layer_norm": (),
    "aten.rms_norm": (),
    "aten.group_norm": (),
    "aten.instance_norm": (),
    "aten.softmax": (1,),
    "aten.log_softmax": (1,),
    "aten.logsumexp": (1,),
    "aten.linalg_vector_norm": (2,),
    "aten.norm": (2,),
    "aten.matmul": (),
    "aten.bmm": (),
    "aten.einsum": (),
    "aten.prod": (1,),
    "aten.conv1d": (),
    "aten.conv2d": (),
    "aten.conv3d": (),
    "aten.conv_transpose1d": (),
    "aten.conv_transpose2d": (),
    "aten.linear": (),
    "aten.bilinear": (),
    "aten.linalg_cross": (3,),
    "aten.cosine_similarity": (2,),
    "aten.var": (1,),
    "aten.amax": (1,),
    "aten.amin": (1,),
}


def is_elementwise(target: str) -> bool:
    """Whether an operator such as "aten.exp.default" works entry by entry."""
    name = ".".join(target.split(".")[:2]).rstrip("_")
    return name in ELEMENTWISE or name in POINTWISE
