using NativeHost.Gguf;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Interop;
using NativeHost.LlamaCpp.Loading;

namespace NativeHost.LlamaCpp;

/// <summary>Opens the vocabularies of models that llama.cpp cannot compute, for engines that have no tokenizer of their own.</summary>
/// <remarks>
/// llama.cpp refuses such a file whole, so it gets the vocabulary in a file of its own, which only this user may read and which is
/// gone when the vocabulary is in memory. Any thread may load.
/// </remarks>
/// <param name="folder">Where that file is written; made where it is not there. Where that cannot be, the system's temporary folder is taken.</param>
/// <param name="log">Gets every line of llama.cpp's log, from any thread; it must be quick and must not throw.</param>
public sealed class VocabularyLoader(string folder, Action<NativeLogLevel, string> log)
{
    private const string NamePrefix = "vocabulary-";

    /// <summary>A process that was ended while it loaded has left its file; a load takes seconds.</summary>
    private static readonly TimeSpan LeftBehindAfter = TimeSpan.FromMinutes(10);

    /// <summary>Reads the vocabulary of a model.</summary>
    /// <param name="path">Absolute path of a GGUF file, of whatever architecture.</param>
    /// <returns>The caller disposes of it, which frees the vocabulary.</returns>
    /// <exception cref="ModelFormatException">The file is damaged.</exception>
    /// <exception cref="UnsupportedModelException">It has no vocabulary.</exception>
    /// <exception cref="EngineException">llama.cpp does not know this kind of vocabulary.</exception>
    /// <exception cref="IOException">The file cannot be read, or the other not written.</exception>
    public LlamaTokenizer Open(string path)
    {
        var model = GgufFile.Read(path);
        NativeLog.AddSink(log);
        LlamaEngine.Start();
        RemoveLeftBehind();
        try
        {
            return OpenIn(folder, model);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A cache that is full or cannot be written to is no reason to fail.
            return OpenIn(Path.GetTempPath(), model);
        }
    }

    private static LlamaTokenizer OpenIn(string folder, GgufFile model)
    {
        var vocabulary = Path.Combine(folder, $"{NamePrefix}{Path.GetRandomFileName()}.gguf");
        try
        {
            using (var stream = Create(folder, vocabulary))
            {
                VocabularyFile.Write(model, stream);
            }

            return Load(model.Path, vocabulary);
        }
        finally
        {
            Remove(vocabulary);
        }
    }

    private static LlamaTokenizer Load(string path, string vocabulary)
    {
        var parameters = LlamaNative.llama_model_default_params();
        parameters.VocabularyOnly = true;
        NativeLog.ForgetComplaints();
        LlamaModelHandle? handle = null;
        try
        {
            handle = new LlamaModelHandle(LlamaNative.llama_model_load_from_file(vocabulary, parameters));
            if (handle.IsInvalid)
            {
                throw new EngineException($"llama.cpp could not read the vocabulary of {path}. {NativeLog.LastComplaints()}");
            }

            var tokenizer = new LlamaTokenizer(handle);
            handle = null;
            return tokenizer;
        }
        finally
        {
            handle?.Dispose();
        }
    }

    private static FileStream Create(string folder, string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private void RemoveLeftBehind()
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var oldest = (TimeProvider.System.GetUtcNow() - LeftBehindAfter).UtcDateTime;
        foreach (var file in Directory.EnumerateFiles(folder, NamePrefix + "*.gguf").Where(file => File.GetLastWriteTimeUtc(file) < oldest))
        {
            Remove(file);
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Another process was quicker, or holds it: the next load looks again.
        }
    }
}
