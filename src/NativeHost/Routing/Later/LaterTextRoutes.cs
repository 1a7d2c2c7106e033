using System.Text.Json;
using NativeHost.Actions.Pages;

namespace NativeHost.Routing.Later;

/// <summary>Routes about what texts mean.</summary>
internal static class LaterTextRoutes
{
    private const int MostSources = 100;

    public static IReadOnlyList<LaterRoute> All { get; } =
    [
        new("embeddings", "generate_embeddings", WriteTexts, WriteEmbeddings),
        new("rerank", "rerank_documents", WriteDocuments, WriteRanks),
        new("rag", "ask_page", WriteQuestion, WriteAnswer),
    ];

    private static void WriteTexts(Utf8JsonWriter json, LaterPayload payload)
    {
        _ = payload.Find("input") ?? throw LaterPayload.Bad("input", "it is required, a text or a list of texts");
        WriteModel(json, payload);
        foreach (var field in (string[])["input", "encoding_format", "dimensions", "input_type", "prefix", "offset"])
        {
            payload.Copy(json, field);
        }
    }

    private static void WriteDocuments(Utf8JsonWriter json, LaterPayload payload)
    {
        _ = payload.Text("query");
        _ = payload.Find("documents") ?? throw LaterPayload.Bad("documents", "it is required, a list of texts");
        WriteModel(json, payload);
        foreach (var field in (string[])["query", "documents", "top_k"])
        {
            payload.Copy(json, field);
        }
    }

    private static void WriteQuestion(Utf8JsonWriter json, LaterPayload payload)
    {
        json.WriteString("question"u8, payload.Text("query"));
        _ = payload.Find("documents") ?? throw LaterPayload.Bad("documents", "it is required, a list of texts");
        payload.Copy(json, "documents");
        if (payload.FindText("model") is { Length: > 0 } model)
        {
            json.WriteString("modelPath"u8, model);
        }

        if (payload.FindNumber("top_k", 1, MostSources) is { } count)
        {
            json.WriteNumber("top_k"u8, Math.Min((int)count, AskPageHandler.MostExcerpts));
        }
    }

    private static void WriteAnswer(Utf8JsonWriter json, LaterAnswer answer)
    {
        answer.Copy(json, "answer", "output");
        json.WriteStartArray("sources"u8);
        foreach (var source in answer.Find("sources")!.Value.EnumerateArray())
        {
            json.WriteStartObject();
            json.WriteString("content"u8, source.GetProperty("text"u8).GetString());
            json.WriteNumber("score"u8, source.GetProperty("score"u8).GetDouble());
            json.WriteNumber("index"u8, source.GetProperty("document"u8).GetInt32());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        answer.Copy(json, "model", "modelPath");
    }

    private static void WriteModel(Utf8JsonWriter json, LaterPayload payload)
    {
        if (payload.FindText("model") is { Length: > 0 } model)
        {
            json.WriteString("model"u8, model);
        }
    }

    /// <summary>As OpenAI lists them. A vector's <c>index</c> is its text's among all that were sent, also where an answer holds a part of them.</summary>
    private static void WriteEmbeddings(Utf8JsonWriter json, LaterAnswer answer)
    {
        var index = answer.Find("offset")!.Value.GetInt32();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        foreach (var vector in answer.Find("embeddings")!.Value.EnumerateArray())
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "embedding"u8);
            json.WriteNumber("index"u8, index++);
            json.WritePropertyName("embedding"u8);
            vector.WriteTo(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        answer.Copy(json, "model", "model");
        json.WriteStartObject("usage"u8);
        answer.Copy(json, "prompt_tokens", "total_tokens");
        answer.Copy(json, "total_tokens", "total_tokens");
        json.WriteEndObject();
        CopyWhereThere(json, answer, "truncated");
        CopyWhereThere(json, answer, "next_offset");
    }

    private static void WriteRanks(Utf8JsonWriter json, LaterAnswer answer)
    {
        json.WriteStartArray("results"u8);
        foreach (var result in answer.Find("results")!.Value.EnumerateArray())
        {
            json.WriteStartObject();
            json.WriteNumber("index"u8, result.GetProperty("index"u8).GetInt32());
            json.WritePropertyName("document"u8);
            result.GetProperty("document"u8).WriteTo(json);
            json.WriteNumber("relevance_score"u8, result.GetProperty("score"u8).GetDouble());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        answer.Copy(json, "model", "model");
        answer.Copy(json, "method", "method");
        CopyWhereThere(json, answer, "truncated");
    }

    private static void CopyWhereThere(Utf8JsonWriter json, LaterAnswer answer, string name)
    {
        if (answer.Find(name) is not null)
        {
            answer.Copy(json, name, name);
        }
    }
}
