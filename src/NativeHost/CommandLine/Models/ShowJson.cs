namespace NativeHost.CommandLine.Models;

/// <summary>What <c>show --json</c> prints of a repository.</summary>
/// <param name="License">Null where the hub does not say, or could not be asked.</param>
/// <param name="Gated"><c>auto</c> or <c>manual</c> where its terms have to be accepted; else null.</param>
/// <param name="Offline">Whether this is what was known before, because the hub could not be asked.</param>
/// <param name="Quants">By model, the best quality first.</param>
/// <param name="Recommended">The address of the one that pull would choose on this machine; null for none.</param>
/// <param name="Reason">Why it would choose none; null where it would.</param>
/// <param name="OtherFiles">GGUF files and the like that are no models of their own.</param>
/// <param name="OtherFormats">Kinds of models in other formats.</param>
internal sealed record ShownRepository(
    string Repo,
    string Commit,
    string? License,
    string? Gated,
    long? Downloads,
    string? Architecture,
    long? Parameters,
    long? ContextTokens,
    bool Offline,
    long FreeMemoryBytes,
    IReadOnlyList<ShownQuant> Quants,
    string? Recommended,
    string? Reason,
    IReadOnlyList<string> OtherFiles,
    IReadOnlyList<string> OtherFormats);

/// <summary>One quantization of one model.</summary>
/// <param name="Address">What pull takes.</param>
/// <param name="Label"><c>unknown</c> where no name tells.</param>
/// <param name="Bits">For each weight, about; null where the label is not known.</param>
/// <param name="State"><c>verified</c>, <c>unverified</c> (whole, and nobody has read it yet), <c>partial</c>, <c>broken</c> or <c>none</c>: what is here.</param>
/// <param name="BytesHere">At most: a part may have holes.</param>
/// <param name="MemoryBytes">That it takes when it is loaded, about.</param>
/// <param name="Problem">Why it cannot be loaded; null where it can.</param>
internal sealed record ShownQuant(
    string Address, string Label, double? Bits, int Files, long Bytes, string State, long BytesHere, long MemoryBytes, bool Fits, string? Problem);

/// <summary>What <c>show --json</c> prints of one model.</summary>
/// <param name="Header">What the file says of itself; null where it could not be read.</param>
/// <param name="HeaderProblem">Why not.</param>
/// <param name="MemoryBytes">That it takes when it is loaded, with a context of <paramref name="MemoryContextTokens"/>.</param>
/// <param name="MemoryConfidence"><c>exact</c>, <c>bounded</c> or <c>unknown</c>, where it is a guess by the size.</param>
/// <param name="Path">Of the file by which it is loaded, on this disk; null where it is not here.</param>
internal sealed record ShownModel(
    string Address,
    string Repo,
    string Commit,
    string Quant,
    string? License,
    string? Gated,
    bool Offline,
    ShownHeader? Header,
    string? HeaderProblem,
    long Bytes,
    string State,
    long BytesHere,
    long MemoryBytes,
    int MemoryContextTokens,
    string MemoryConfidence,
    long FreeMemoryBytes,
    bool Fits,
    IReadOnlyList<ShownFile> Files,
    ShownFile? Projector,
    string? Path);

/// <summary>What a model's header says. Null where it does not.</summary>
/// <param name="Parameters">Null where other files of a split model hold some of them.</param>
/// <param name="ContextTokens">That it was trained for.</param>
/// <param name="Quant">The quantization that the header names.</param>
/// <param name="TensorTypes">The one with the most weights first.</param>
/// <param name="Problems">What contradicts the names of the files.</param>
internal sealed record ShownHeader(
    string? Name,
    string? Architecture,
    long? Parameters,
    int? ContextTokens,
    int? Layers,
    int? Vocabulary,
    bool HasChatTemplate,
    string? Quant,
    IReadOnlyList<string> TensorTypes,
    IReadOnlyList<string> Problems);

/// <summary>A file of a repository.</summary>
/// <param name="Sha256">Null where the hub names the content otherwise.</param>
internal sealed record ShownFile(string Path, long Bytes, string? Sha256);
