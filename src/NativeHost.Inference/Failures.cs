namespace NativeHost.Inference;

/// <summary>The context window has no room for the tokens asked for.</summary>
public sealed class ContextFullException(int capacity, int needed)
    : Exception($"The context holds {capacity} tokens; {needed} are needed.")
{
    /// <summary>The window's size, in tokens.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>The size that would have been enough, in tokens.</summary>
    public int Needed { get; } = needed;
}

/// <summary>A model of a kind that no engine here runs.</summary>
/// <param name="kind">The kind, as a person calls it: ONNX, safetensors, an architecture's name.</param>
public sealed class UnsupportedModelException(string kind, string message) : Exception(message)
{
    public string Kind { get; } = kind;
}

/// <summary>What was asked for needs more memory than this machine has free.</summary>
public sealed class InsufficientMemoryException(long neededBytes, long availableBytes, string advice)
    : Exception($"About {neededBytes / Mebibyte:N0} MiB of memory are needed and {availableBytes / Mebibyte:N0} MiB are free. {advice}")
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>What a user can do about it.</summary>
    public string Advice { get; } = advice;

    public long NeededBytes { get; } = neededBytes;

    public long AvailableBytes { get; } = availableBytes;
}

/// <summary>The process that a model lived in ended, or had to be ended.</summary>
/// <param name="lastLines">The last lines that it wrote.</param>
public sealed class EngineCrashedException(string message, IReadOnlyList<string> lastLines) : Exception(message)
{
    public IReadOnlyList<string> LastLines { get; } = lastLines;
}

/// <summary>The model's chat template cannot be read, or refuses the messages, so they cannot be put into its words.</summary>
public sealed class UnsupportedTemplateException(string message) : Exception(message);
