using System.Text.Json;

namespace NativeHost.Routing.Later;

/// <summary>Routes about models in memory and on the disk.</summary>
internal static class LaterModelRoutes
{
    private const double BytesInMegabyte = 1024 * 1024;

    public static IReadOnlyList<LaterRoute> All { get; } =
    [
        new("models", "get_downloaded_models", static (_, _) => { }, WriteModels),
        new("load_model", "load_model", WriteModel, WriteDone),
        new("unload_model", "unload_model", WriteModel, WriteDone),
        new("get_loaded_models", "get_loaded_models", static (_, _) => { }, WriteLoaded),
        new("get_model_quants", "scan_repo", static (json, payload) => json.WriteString("repoId"u8, payload.Text("repo_id")), WriteQuants),
        new("get_inference_settings", "get_inference_settings", WriteVariant, (json, answer) => answer.Copy(json, "settings", "settings")),
        new("save_inference_settings", "save_inference_settings", WriteVariantSettings, (json, _) => LaterGenerationRoutes.WriteSuccess(json, "Settings saved")),
        new("pull_model", "pull_model", WriteModelOfRepository, WritePulled),
        new("delete_model", "delete_model", WriteModelOfRepository, WriteDone),
    ];

    private static void WriteModel(Utf8JsonWriter json, LaterPayload payload) => json.WriteString("modelPath"u8, payload.Text("model"));

    private static void WriteModelOfRepository(Utf8JsonWriter json, LaterPayload payload)
    {
        WriteModel(json, payload);
        payload.Copy(json, "variant", "quant");
    }

    private static void WriteVariant(Utf8JsonWriter json, LaterPayload payload)
    {
        json.WriteString("repoId"u8, payload.Text("repo_id"));
        payload.Copy(json, "variant", "quant");
    }

    private static void WriteVariantSettings(Utf8JsonWriter json, LaterPayload payload)
    {
        WriteVariant(json, payload);
        payload.Copy(json, "settings");
    }

    private static void WriteDone(Utf8JsonWriter json, LaterAnswer answer)
    {
        json.WriteBoolean("success"u8, true);
        json.WriteString("model"u8, answer.Payload.Text("model"));
        json.WriteString("message"u8, answer.Frame.GetProperty("message"u8).GetString());
    }

    private static void WritePulled(Utf8JsonWriter json, LaterAnswer answer)
    {
        WriteDone(json, answer);
        json.WriteNumber("progress"u8, 100);
    }

    private static void WriteModels(Utf8JsonWriter json, LaterAnswer answer)
    {
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        foreach (var model in answer.Find("models")!.Value.EnumerateArray())
        {
            var repository = model.GetProperty("repo_id"u8).GetString()!;
            json.WriteStartObject();
            json.WriteString("id"u8, model.GetProperty("id"u8).GetString());
            json.WriteString("object"u8, "model"u8);

            // Nobody tells when a model was made.
            json.WriteNull("created"u8);
            json.WriteString("owned_by"u8, repository.Split('/')[0]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLoaded(Utf8JsonWriter json, LaterAnswer answer)
    {
        json.WriteStartArray("models"u8);
        foreach (var model in answer.Find("models")!.Value.EnumerateArray())
        {
            var id = model.GetProperty("model_id"u8).GetString()!;
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("name"u8, model.TryGetProperty("name"u8, out var name) ? name.GetString() : Path.GetFileName(id));
            json.WriteNumber(
                "memory_usage"u8, Math.Round((model.GetProperty("ram_used"u8).GetInt64() + model.GetProperty("vram_used"u8).GetInt64()) / BytesInMegabyte, 1));
            json.WriteNumber("load_time"u8, model.GetProperty("loaded_at"u8).GetInt64());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteQuants(Utf8JsonWriter json, LaterAnswer answer)
    {
        json.WriteStartArray("quants"u8);
        foreach (var quant in answer.Find("quants")!.Value.EnumerateArray())
        {
            json.WriteStringValue(quant.GetProperty("label"u8).GetString());
        }

        json.WriteEndArray();
    }
}
