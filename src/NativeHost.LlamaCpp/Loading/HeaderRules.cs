using System.Text;
using NativeHost.Gguf;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>What llama.cpp takes for granted of a header: where it is not so, a failed assertion ends the process.</summary>
/// <remarks>
/// These are the assertions of llama.cpp 0.4.0 that a file alone can break, in llama-model.cpp (load_hparams), llama-vocab.cpp
/// (load) and ggml-cpu (the norms); all else that is wrong with a header it refuses by itself.
/// </remarks>
internal static class HeaderRules
{
    private const int MostLayers = 512;
    private const int MostExperts = 1024;
    private static readonly string[] RopeScalings = ["none", "linear", "yarn", "longrope"];

    /// <exception cref="ModelFormatException">The header breaks one of them.</exception>
    public static void Check(GgufFile file)
    {
        CheckLayers(file);
        CheckExperts(file);
        CheckDistinctTokens(file);
        CheckEpsilon(file, "attention.layer_norm_rms_epsilon");
        CheckEpsilon(file, "attention.layer_norm_epsilon");
        Require(
            file,
            !EmbeddingModels.IsReranker(file) || file.Metadata.Integer("split.count") > 1 || file.Tensors.Any(tensor => tensor.Name is "cls.weight" or "cls.output.weight"),
            "the model is said to score pairs, and has no head for it");
        var scaling = file.Metadata.Text(Key(file, "rope.scaling.type"));
        Require(file, scaling is null || RopeScalings.Contains(scaling), $"the rope scaling {scaling} is none that exists");
    }

    private static void CheckLayers(GgufFile file)
    {
        var layers = file.Metadata.Integer(Key(file, "block_count")) ?? 0;
        Require(file, layers is >= 1 and <= MostLayers, $"the model has {layers} layers; there may be 1 to {MostLayers}");
        var predicting = file.Metadata.Integer(Key(file, "nextn_predict_layers")) ?? 0;
        Require(file, predicting >= 0 && predicting <= layers, $"{predicting} of {layers} layers are said to predict further tokens");
    }

    private static void CheckExperts(GgufFile file)
    {
        var experts = file.Metadata.Integer(Key(file, "expert_count")) ?? 0;
        var usedKey = Key(file, "expert_used_count");
        var used = file.Metadata.Integers(usedKey) is { Count: > 0 } byLayer ? byLayer.Max() : file.Metadata.Integer(usedKey) ?? 0;
        var groups = file.Metadata.Integer(Key(file, "expert_group_count")) ?? 0;
        var usedGroups = file.Metadata.Integer(Key(file, "expert_group_used_count")) ?? 0;
        Require(file, experts is >= 0 and <= MostExperts, $"the model has {experts} experts; there may be up to {MostExperts}");
        Require(file, experts == 0 ? used == 0 : used >= 1 && used <= experts, $"{used} of {experts} experts are said to be used");
        Require(file, groups >= 0 && (experts == 0 ? groups == 0 : groups < experts), $"{experts} experts are said to be in {groups} groups");
        Require(
            file,
            groups <= 1 || (experts % groups == 0 && usedGroups >= 1 && usedGroups < groups),
            $"{experts} experts in {groups} groups, of which {usedGroups} are used, do not go together");
    }

    /// <summary>The part that concerns the vocabulary.</summary>
    /// <exception cref="ModelFormatException">Two of its tokens have one text.</exception>
    public static void CheckDistinctTokens(GgufFile file)
    {
        if (!VocabularyPrints.AreDistinct(file) && SecondTwin(file) is { } index)
        {
            throw Broken(file, $"two tokens of the vocabulary have the same text; the second is {index}");
        }
    }

    private static int? SecondTwin(GgufFile file)
    {
        var distinct = new HashSet<string>(StringComparer.Ordinal);
        using var texts = new VocabularyTexts(file);
        for (var index = 0; texts.TryRead(out var token); index++)
        {
            if (!distinct.Add(Encoding.Latin1.GetString(VocabularyTexts.AsTaken(token, index))))
            {
                return index;
            }
        }

        return null;
    }

    private static void CheckEpsilon(GgufFile file, string name)
    {
        var epsilon = file.Metadata.Real(Key(file, name)) ?? 0;
        Require(file, epsilon is >= 0 and < 1, $"{name} is {epsilon}; it must be small and not negative");
    }

    private static string Key(GgufFile file, string name) => $"{file.Architecture}.{name}";

    private static void Require(GgufFile file, bool holds, string problem)
    {
        if (!holds)
        {
            throw Broken(file, problem);
        }
    }

    private static ModelFormatException Broken(GgufFile file, string problem) => new(file.Path, file.MetadataOffset, problem + ".");
}
