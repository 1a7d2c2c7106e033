namespace NativeHost.BitNet.Reading;

/// <summary>Where in a layer an RMS norm stands. The number of its weights stands behind it.</summary>
internal enum NormRole
{
    /// <summary>Before the attention.</summary>
    Attention, // [width]

    /// <summary>Of all heads' results together, before the output matrix.</summary>
    AttentionSub, // [heads * head length]

    /// <summary>Before the feed-forward part.</summary>
    FeedForward, // [width]

    /// <summary>Before the down matrix.</summary>
    FeedForwardSub, // [feed-forward width]

    /// <summary>Of each head's query by itself, before it is rotated.</summary>
    QueryHead, // [head length]

    /// <summary>Of each head's key by itself, before it is rotated.</summary>
    KeyHead, // [head length]

    /// <summary>Of the attention's result, before it is added.</summary>
    PostAttention, // [width]

    /// <summary>Of the feed-forward part's result, before it is added.</summary>
    PostFeedForward, // [width]

    /// <summary>Of one matrix's own input, on top of the norm before its part; so are those that follow.</summary>
    QueryIn, // [width]
    KeyIn, // [width]
    ValueIn, // [width]
    OutputIn, // [heads * head length]
    GateIn, // [width]
    UpIn, // [width]
    DownIn, // [feed-forward width]
}
