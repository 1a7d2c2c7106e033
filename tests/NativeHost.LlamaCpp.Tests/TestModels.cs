using NativeHost.Inference;

namespace NativeHost.LlamaCpp.Tests;

/// <summary>The model files of the tests: some in the repository, larger ones in a folder beside it that not every machine has.</summary>
internal static class TestModels
{
    private static readonly string Repository =
        FindAbove("NativeHost.sln") ?? throw new InvalidOperationException("The tests do not run inside the repository.");

    /// <summary>The demo story model in 16-bit floats.</summary>
    public static string Story => Path.Combine(Repository, "tests", "Golden", "demo-model", "tabagent-story-f16.gguf");

    /// <summary>The demo story model in ternary weights, which are not llama.cpp's.</summary>
    public static string TernaryStory => Path.Combine(Repository, "src", "NativeHost", "DemoModel", "tabagent-story-bitnet-i2_s.gguf");

    /// <summary>What llama.cpp itself made of the demo models' prompts.</summary>
    public static string StoryReferences => Path.Combine(Repository, "tests", "Golden", "demo-model", "llamacpp-greedy-dense.json");

    /// <summary>The embedding model that is shipped.</summary>
    public static string ShippedEmbedding => Path.Combine(Repository, "src", "NativeHost", "EmbeddingModel", "tabagent-words-64-q8_0.gguf");

    /// <summary>Texts, and what llama.cpp made of them with another build of that model.</summary>
    public static string EmbeddingReferences => Path.Combine(Repository, "tests", "Golden", "embedding-model", "llamacpp-embeddings.json");

    /// <summary>A file of the folder of models; skips the test where it is not there.</summary>
    public static string Shared(params ReadOnlySpan<string> names)
    {
        var models = Path.Combine("shared", "models");
        var path = Path.Combine([FindAbove(models) ?? Repository, models, .. names]);
        Assert.SkipUnless(File.Exists(path), $"There is no folder shared/models with {Path.Combine(names)} beside the repository.");
        return path;
    }

    /// <summary>Loads a model with the given options on one thread.</summary>
    public static Task<ILanguageModel> LoadAsync(string path, ModelLoadOptions? options = null) => LlamaUnderTest.Engine.LoadAsync(path, options);

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
