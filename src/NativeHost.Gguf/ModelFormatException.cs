namespace NativeHost.Gguf;

/// <summary>A model file is not what it claims to be, or cut short.</summary>
/// <param name="path">The file.</param>
/// <param name="offset">Where in it, in bytes from the start.</param>
/// <param name="problem">What is wrong there, as a sentence.</param>
public sealed class ModelFormatException(string path, long offset, string problem)
    : Exception($"{path} cannot be read as a model: at byte {offset}, {problem}")
{
    public string Path { get; } = path;

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; } = problem;

    public long Offset { get; } = offset;
}
