using NativeHost.Inference;

namespace NativeHost.Testing;

/// <summary>An engine, and the demo story model of its kind: the suites beside this file say what every engine promises with it.</summary>
/// <param name="Create">Makes the engine.</param>
/// <param name="ModelPath">The model; all demo models have one vocabulary and tell stories.</param>
/// <param name="Architecture">The model's.</param>
/// <param name="Name">The engine's in the protocol's words, where the processor computes.</param>
public sealed record EngineUnderTest(Func<IEngine> Create, string ModelPath, string Architecture, string Name)
{
    /// <summary>"Once", with which all demo models answer the prompt.</summary>
    public const int StoryBegin = 357;

    /// <summary>"Tell me a story about a dog.", in the words of the demo models' template.</summary>
    public static readonly int[] StoryPrompt = [1, 15, 571, 391, 261, 351, 380, 261, 666, 51, 4, 15, 2, 15];

    /// <summary>Whether the engine finds a GPU to compute on.</summary>
    public Func<bool> HasGpu { get; init; } = () => false;

    /// <summary>Loads its model, or another, on one thread, the only count that is dependable for tiny models.</summary>
    public async Task<ILanguageModel> LoadAsync(string path, ModelLoadOptions? options = null)
    {
        using var engine = Create();
        return await engine.LoadModelAsync(
            path, (options ?? new ModelLoadOptions()) with { Threads = 1 }, new Progress<float>(), Patience.Token);
    }

    public Task<ILanguageModel> LoadAsync(ModelLoadOptions? options = null) => LoadAsync(ModelPath, options);
}
