namespace NativeHost.EndToEnd.Tests;

/// <summary>A demo model, and the engine that the host is to choose for it.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Backend">The engine in the protocol's words.</param>
public sealed record DemoModel(string Path, string Backend)
{
    public static DemoModel Dense { get; } = new(Repository.StoryModel, "llama_cpp_cpu");

    public static DemoModel Ternary { get; } = new(Repository.TernaryStoryModel, "bitnet_cpu");

    /// <summary>A request to load it.</summary>
    internal JsonObject LoadRequest() => new() { ["action"] = "load_model", ["modelPath"] = Path };

    public override string ToString() => System.IO.Path.GetFileName(Path);
}
