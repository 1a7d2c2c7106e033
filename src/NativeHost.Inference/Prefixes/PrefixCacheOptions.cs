namespace NativeHost.Inference.Prefixes;

/// <summary>Where computed prompts are kept on disk.</summary>
/// <param name="Folder">Absolute path; made where it is missing. What lies there tells what was asked, so only the user may read it.</param>
/// <param name="Bytes">Most bytes of all files there; those that were not used for longest go first.</param>
public sealed record PrefixCacheOptions(string Folder, long Bytes)
{
    /// <summary>How long a model has to have nothing to do before it writes.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(2);
}
