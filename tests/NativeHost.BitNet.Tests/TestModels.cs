namespace NativeHost.BitNet.Tests;

/// <summary>The model files of the tests: one in the repository, others in a folder beside it that not every machine has.</summary>
internal static class TestModels
{
    private static readonly string Repository =
        FindAbove("NativeHost.sln") ?? throw new InvalidOperationException("The tests do not run inside the repository.");

    /// <summary>The demo story model in I2_S.</summary>
    public static string Story => Path.Combine(Repository, "src", "NativeHost", "DemoModel", "tabagent-story-bitnet-i2_s.gguf");

    /// <summary>What the demo story model makes of its prompts.</summary>
    public static string StoryGolden => Path.Combine(Repository, "tests", "Golden", "demo-model", "golden-ternary.json");

    /// <summary>A small trained model, the same in each encoding; skips the test where it is not there.</summary>
    /// <param name="gate">silu or relu2.</param>
    /// <param name="encoding">I2_S, TQ2_0, TQ1_0 or F16.</param>
    public static string TinyStories(string gate, string encoding) => Shared("bitnet-tinystories", $"bitnet-tinystories-{gate}-{encoding}.gguf");

    /// <summary>A file of the folder of models; skips the test where it is not there.</summary>
    public static string Shared(params ReadOnlySpan<string> names)
    {
        var models = Path.Combine("shared", "models");
        var path = Path.Combine([FindAbove(models) ?? Repository, models, .. names]);
        Assert.SkipUnless(File.Exists(path), $"There is no folder shared/models with {Path.Combine(names)} beside the repository.");
        return path;
    }

    /// <summary>The nearest folder above the tests that holds something of this name.</summary>
    private static string? FindAbove(string name)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Path.Exists(Path.Combine(folder, name)))
            {
                return folder;
            }
        }

        return null;
    }
}
