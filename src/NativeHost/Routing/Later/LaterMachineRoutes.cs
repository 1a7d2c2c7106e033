using System.Text.Json;

namespace NativeHost.Routing.Later;

/// <summary>Routes about the machine.</summary>
internal static class LaterMachineRoutes
{
    private const long BytesInMegabyte = 1024 * 1024;

    public static IReadOnlyList<LaterRoute> All { get; } =
    [
        new("system", "get_hardware_info", static (_, _) => { }, WriteSystem),
        new("get_resources", "get_system_resources", static (_, _) => { }, WriteResources),
        new("get_hardware_info", "get_hardware_info", static (_, _) => { }, CopyOf("cpu", "memory", "gpus", "vram", "execution_provider")),
        new(
            "check_model_feasibility",
            "check_model_feasibility",
            WriteSize,
            CopyOf("can_load", "model_size_mb", "available_ram_mb", "available_vram_mb", "recommendation")),
        new(
            "get_recommended_models",
            "get_recommended_models",
            static (_, _) => { },
            CopyOf("available_ram_mb", "available_vram_mb", "safe_ram_mb", "safe_vram_mb", "recommended_sizes", "recommendation")),
        new("estimate_memory", "estimate_model_size", WriteModel, WriteMemory),
        new("compatibility", "estimate_model_size", WriteModel, WriteCompatibility),
        new("model_info", "estimate_model_size", WriteModel, WriteModelInfo),
    ];

    private static Action<Utf8JsonWriter, LaterAnswer> CopyOf(params string[] names) => (json, answer) => Array.ForEach(names, name => answer.Copy(json, name, name));

    private static void WriteSize(Utf8JsonWriter json, LaterPayload payload)
        => json.WriteNumber("model_size_mb"u8, payload.FindNumber("model_size_mb", 0, 1e9) ?? throw LaterPayload.Bad("model_size_mb", "it is required, a number"));

    private static void WriteModel(Utf8JsonWriter json, LaterPayload payload)
    {
        json.WriteString("model_path"u8, payload.Text("model"));
        if (payload.FindNumber("context_length", 1, int.MaxValue) is { } context)
        {
            json.WriteStartObject("settings"u8);
            json.WriteNumber("n_ctx"u8, context);
            json.WriteEndObject();
        }
    }

    private static void WriteMemory(Utf8JsonWriter json, LaterAnswer answer)
    {
        json.WriteString("model"u8, answer.Payload.Text("model"));
        answer.Copy(json, "estimated_memory_mb", "estimate", "total_size_mb");
        answer.Copy(json, "estimated_vram_mb", "estimate", "vram_required_mb");
        answer.Copy(json, "can_load", "can_load");
        json.WriteString("reason"u8, Reasons(answer) is { Count: > 0 } reasons ? string.Join(' ', reasons) : "It fits.");
    }

    private static void WriteModelInfo(Utf8JsonWriter json, LaterAnswer answer)
    {
        var id = answer.Find("model_path")!.Value.GetString()!;
        json.WriteString("id"u8, id);
        json.WriteString("object"u8, "model"u8);

        // Nobody tells when a model was made, nor who owns a file.
        json.WriteNull("created"u8);
        json.WriteString("owned_by"u8, Path.IsPathFullyQualified(id) ? null : id.Split('/')[0]);
        answer.Copy(json, "loaded", "loaded");
        answer.Copy(json, "size_bytes", "file_size");
        answer.Copy(json, "parameters", "parameters");
    }

    private static void WriteCompatibility(Utf8JsonWriter json, LaterAnswer answer)
    {
        var canLoad = answer.Find("can_load")!.Value.GetBoolean();
        json.WriteString("model"u8, answer.Payload.Text("model"));
        json.WriteBoolean("compatible"u8, canLoad);
        WriteTexts(
            json, "requirements", [$"{answer.Find("estimate", "ram_required_mb")} MB of memory", $"{answer.Find("estimate", "vram_required_mb")} MB of a GPU's memory"]);
        WriteTexts(json, "missing_requirements", canLoad ? [] : Reasons(answer));
        WriteTexts(json, "recommendations", [.. answer.Find("alternatives")!.Value.EnumerateArray().Select(Recommendation)]);
    }

    private static string Recommendation(JsonElement alternative)
    {
        var context = alternative.GetProperty("context_tokens"u8).GetInt32();
        return alternative.TryGetProperty("model"u8, out var other) ? $"{other.GetString()} with a context of {context} tokens"
            : alternative.TryGetProperty("gpu_layers"u8, out var layers) ? $"A context of {context} tokens with {layers.GetInt32()} layers on a GPU"
            : $"A context of {context} tokens";
    }

    /// <summary>Why it cannot be loaded, or not as it was asked for.</summary>
    private static List<string> Reasons(LaterAnswer answer)
        => [.. answer.Find("problem") is { } problem ? [problem.GetString()!] : (string[])[], .. answer.Find("notes")!.Value.EnumerateArray().Select(note => note.GetString()!)];

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteSystem(Utf8JsonWriter json, LaterAnswer answer)
    {
        answer.Copy(json, "system", "os", "name");
        answer.Copy(json, "version", "os", "version");
        answer.Copy(json, "arch", "os", "arch");
        answer.Copy(json, "os", "os", "title");
        WriteBytes(json, "memory_total", answer.Find("memory", "total_ram_mb")?.GetInt64() * BytesInMegabyte);
        answer.Copy(json, "cpu_cores", "cpu", "cores");
        json.WriteString("timestamp"u8, answer.Now);
    }

    private static void WriteResources(Utf8JsonWriter json, LaterAnswer answer)
    {
        answer.Copy(json, "cpu_usage", "cpu_usage");
        answer.Copy(json, "memory_usage", "used_ram");
        answer.Copy(json, "memory_total", "total_ram");

        // What of its time a GPU works is for its maker's tools to say.
        json.WriteNull("gpu_usage"u8);
        answer.Copy(json, "gpu_memory_usage", "gpu", "used_vram");
        answer.Copy(json, "gpu_memory_total", "gpu", "total_vram");
        var disk = answer.Find("disks")?.EnumerateArray().FirstOrDefault() ?? default;
        WriteBytes(json, "disk_usage", MegabytesOf(disk, "used_mb"));
        WriteBytes(json, "disk_total", MegabytesOf(disk, "total_mb"));
    }

    private static long? MegabytesOf(JsonElement disk, string name)
        => disk.ValueKind == JsonValueKind.Object && disk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetInt64() * BytesInMegabyte
            : null;

    private static void WriteBytes(Utf8JsonWriter json, string name, long? bytes)
    {
        if (bytes is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
