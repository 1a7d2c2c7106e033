using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation;

/// <summary>Settings that callers want kept for their models: a small file for each, replaced as a whole.</summary>
/// <remarks>Safe to call from any thread and any process; of two that save the same the later one counts.</remarks>
/// <param name="folder">Made with the first file.</param>
internal sealed class SavedSettings(string folder)
{
    /// <summary>Nobody has as many models; what a caller may write to the disk must have a bound.</summary>
    private const int MostModels = 1000;

    private const int MostBytes = 64 * 1024;

    /// <summary>What a caller saved for a model; <see cref="GivenSettings.None"/> where there is nothing, or nothing that can be read.</summary>
    public GivenSettings Of(Caller caller, string model)
    {
        try
        {
            var path = PathOf(caller, model);
            if (!File.Exists(path) || new FileInfo(path).Length > MostBytes)
            {
                return GivenSettings.None;
            }

            using var saved = JsonDocument.Parse(File.ReadAllBytes(path));
            return GivenSettings.Of(SettingsReader.Members(saved.RootElement.GetProperty("settings"u8), "settings"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or RequestException)
        {
            // A file that somebody broke costs its settings, and nothing else.
            return GivenSettings.None;
        }
    }

    /// <summary>Keeps settings in place of those before; none forgets them.</summary>
    /// <exception cref="RequestException">They are too many, or the disk does not take them.</exception>
    public void Save(Caller caller, string model, GivenSettings settings)
    {
        var path = PathOf(caller, model);
        try
        {
            if (settings.Values.Count == 0)
            {
                if (File.Exists(path))
                {
                    File.Delete(path);
                }

                return;
            }

            var own = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(own);
            if (!File.Exists(path) && Directory.EnumerateFiles(own).Take(MostModels).Count() == MostModels)
            {
                throw new RequestException(ErrorCode.TooManyRequests, $"Settings of {MostModels} models are kept already: save empty ones for those not in use.");
            }

            var temporary = Path.Combine(own, Path.GetRandomFileName());
            File.WriteAllBytes(temporary, Written(model, settings));
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RequestException(ErrorCode.CacheUnusable, $"The settings cannot be kept in {folder}: {e.Message}", e);
        }
    }

    private static byte[] Written(string model, GivenSettings settings)
    {
        using var file = new MemoryStream();
        using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model);
            json.WriteStartObject("settings"u8);
            foreach (var (name, value) in settings.Values)
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return file.ToArray();
    }

    // Names of callers and models hold what file systems do not take.
    private string PathOf(Caller caller, string model) => Path.Combine(folder, Hashed($"{caller.Origin}\n{caller.Namespace}"), $"{Hashed(model)}.json");

    private static string Hashed(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
}
