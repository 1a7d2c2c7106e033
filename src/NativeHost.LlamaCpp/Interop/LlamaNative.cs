using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace NativeHost.LlamaCpp.Interop;

/// <summary>The part of llama.h, ggml.h and ggml-backend.h that this project calls, name for name.</summary>
/// <remarks>
/// Written against llama.cpp 0.4.0; 0.5.0 declares all of it alike. What ends the process when it is called wrongly says so:
/// C++ exceptions and failed assertions cannot be caught here, so the callers check first.
/// </remarks>
internal static unsafe partial class LlamaNative
{
    internal const string Llama = "llama";
    internal const string Ggml = "ggml";
    internal const string GgmlBase = "ggml-base";

    // typedef void (*ggml_log_callback)(enum ggml_log_level level, const char * text, void * user_data);
    // void ggml_log_set(ggml_log_callback log_callback, void * user_data);
    [LibraryImport(GgmlBase)]
    internal static partial void ggml_log_set(delegate* unmanaged[Cdecl]<int, byte*, nint, void> callback, nint userData);

    // typedef void (*ggml_abort_callback_t)(const char * error_message);
    // ggml_abort_callback_t ggml_set_abort_callback(ggml_abort_callback_t callback);
    [LibraryImport(GgmlBase)]
    internal static partial nint ggml_set_abort_callback(delegate* unmanaged[Cdecl]<byte*, void> callback);

    // void ggml_backend_load_all_from_path(const char * dir_path);
    [LibraryImport(Ggml, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void ggml_backend_load_all_from_path(string folder);

    // size_t ggml_backend_dev_count(void);
    [LibraryImport(Ggml)]
    internal static partial nuint ggml_backend_dev_count();

    // ggml_backend_dev_t ggml_backend_dev_get(size_t index);
    [LibraryImport(Ggml)]
    internal static partial nint ggml_backend_dev_get(nuint index);

    // const char * ggml_backend_dev_name(ggml_backend_dev_t device);
    [LibraryImport(GgmlBase)]
    internal static partial byte* ggml_backend_dev_name(nint device);

    // const char * ggml_backend_dev_description(ggml_backend_dev_t device);
    [LibraryImport(GgmlBase)]
    internal static partial byte* ggml_backend_dev_description(nint device);

    // enum ggml_backend_dev_type ggml_backend_dev_type(ggml_backend_dev_t device);
    [LibraryImport(GgmlBase)]
    internal static partial int ggml_backend_dev_type(nint device);

    // void ggml_backend_dev_memory(ggml_backend_dev_t device, size_t * free, size_t * total);
    [LibraryImport(GgmlBase)]
    internal static partial void ggml_backend_dev_memory(nint device, out nuint free, out nuint total);

    // void ggml_backend_dev_get_props(ggml_backend_dev_t device, struct ggml_backend_dev_props * props);
    [LibraryImport(GgmlBase)]
    internal static partial void ggml_backend_dev_get_props(nint device, DeviceProperties* properties);

    // const char * llama_version(void);
    [LibraryImport(Llama)]
    internal static partial byte* llama_version();

    // struct llama_model_params llama_model_default_params(void);
    [LibraryImport(Llama)]
    internal static partial LlamaModelParams llama_model_default_params();

    // struct llama_context_params llama_context_default_params(void);
    [LibraryImport(Llama)]
    internal static partial LlamaContextParams llama_context_default_params();

    // void llama_backend_init(void);
    [LibraryImport(Llama)]
    internal static partial void llama_backend_init();

    // struct llama_model * llama_model_load_from_file(const char * path_model, struct llama_model_params params);
    // Null on failure; the reason is in the log alone.
    [LibraryImport(Llama, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint llama_model_load_from_file(string path, LlamaModelParams parameters);

    // void llama_model_free(struct llama_model * model);
    [LibraryImport(Llama)]
    internal static partial void llama_model_free(nint model);

    // struct llama_context * llama_init_from_model(struct llama_model * model, struct llama_context_params params);
    [LibraryImport(Llama)]
    internal static partial nint llama_init_from_model(LlamaModelHandle model, LlamaContextParams parameters);

    // void llama_free(struct llama_context * ctx);
    [LibraryImport(Llama)]
    internal static partial void llama_free(nint context);

    // llama_memory_t llama_get_memory(const struct llama_context * ctx);
    [LibraryImport(Llama)]
    internal static partial nint llama_get_memory(LlamaContextHandle context);

    // const struct llama_vocab * llama_model_get_vocab(const struct llama_model * model);
    [LibraryImport(Llama)]
    internal static partial nint llama_model_get_vocab(LlamaModelHandle model);

    // int32_t llama_model_n_embd(const struct llama_model * model);
    [LibraryImport(Llama)]
    internal static partial int llama_model_n_embd(LlamaModelHandle model);

    // int32_t llama_model_n_embd_out(const struct llama_model * model);
    // Numbers of an embedding, which some models make wider or narrower than their hidden state.
    [LibraryImport(Llama)]
    internal static partial int llama_model_n_embd_out(LlamaModelHandle model);

    // uint32_t llama_model_n_cls_out(const struct llama_model * model);
    [LibraryImport(Llama)]
    internal static partial uint llama_model_n_cls_out(LlamaModelHandle model);

    // int32_t llama_model_n_layer(const struct llama_model * model);
    [LibraryImport(Llama)]
    internal static partial int llama_model_n_layer(LlamaModelHandle model);

    // bool llama_model_is_recurrent(const struct llama_model * model);
    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool llama_model_is_recurrent(LlamaModelHandle model);

    // bool llama_model_is_hybrid(const struct llama_model * model);
    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool llama_model_is_hybrid(LlamaModelHandle model);

    // int32_t llama_vocab_n_tokens(const struct llama_vocab * vocab);
    [LibraryImport(Llama)]
    internal static partial int llama_vocab_n_tokens(nint vocabulary);

    // bool llama_model_has_encoder(const struct llama_model * model);
    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool llama_model_has_encoder(LlamaModelHandle model);

    // bool llama_model_has_decoder(const struct llama_model * model);
    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool llama_model_has_decoder(LlamaModelHandle model);

    // bool llama_memory_seq_rm(llama_memory_t mem, llama_seq_id seq_id, llama_pos p0, llama_pos p1);
    // p1 < 0: to the end. False where the memory cannot drop a part.
    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool llama_memory_seq_rm(nint memory, int sequence, int from, int to);

    // void llama_memory_seq_cp(llama_memory_t mem, llama_seq_id seq_id_src, llama_seq_id seq_id_dst, llama_pos p0, llama_pos p1);
    // In a unified cache the tokens are marked as both sequences', and nothing is copied. p0 < 0: from the start; p1 < 0: to the end.
    [LibraryImport(Llama)]
    internal static partial void llama_memory_seq_cp(nint memory, int source, int target, int from, int to);

    // size_t llama_state_seq_save_file(struct llama_context * ctx, const char * filepath, llama_seq_id seq_id, const llama_token * tokens, size_t n_token_count);
    // Bytes written; 0 where it failed.
    [LibraryImport(Llama, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint llama_state_seq_save_file(LlamaContextHandle context, string path, int sequence, int* tokens, nuint count);

    // size_t llama_state_seq_load_file(struct llama_context * ctx, const char * filepath, llama_seq_id dest_seq_id, llama_token * tokens_out, size_t n_token_capacity, size_t * n_token_count_out);
    // Bytes read; 0 where it failed.
    [LibraryImport(Llama, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint llama_state_seq_load_file(LlamaContextHandle context, string path, int sequence, int* tokens, nuint capacity, nuint* count);

    // llama_pos llama_memory_seq_pos_max(llama_memory_t mem, llama_seq_id seq_id);
    // -1 where the sequence is empty.
    [LibraryImport(Llama)]
    internal static partial int llama_memory_seq_pos_max(nint memory, int sequence);

    // void llama_memory_clear(llama_memory_t mem, bool data);
    // Empties all sequences. Nothing happens where the memory is null, as that of encoders is.
    [LibraryImport(Llama)]
    internal static partial void llama_memory_clear(nint memory, [MarshalAs(UnmanagedType.U1)] bool data);

    // struct llama_batch llama_batch_init(int32_t n_tokens, int32_t embd, int32_t n_seq_max);
    [LibraryImport(Llama)]
    internal static partial LlamaBatch llama_batch_init(int tokens, int embeddings, int sequences);

    // void llama_batch_free(struct llama_batch batch);
    [LibraryImport(Llama)]
    internal static partial void llama_batch_free(LlamaBatch batch);

    // int32_t llama_decode(struct llama_context * ctx, struct llama_batch batch);
    // 0: done. 1: no room in the cache. 2: aborted. Below 0: an error. More tokens than n_batch end the process.
    [LibraryImport(Llama)]
    internal static partial int llama_decode(LlamaContextHandle context, LlamaBatch batch);

    // void llama_set_n_threads(struct llama_context * ctx, int32_t n_threads, int32_t n_threads_batch);
    [LibraryImport(Llama)]
    internal static partial void llama_set_n_threads(LlamaContextHandle context, int threads, int threadsBatch);

    // void llama_set_abort_callback(struct llama_context * ctx, ggml_abort_callback abort_callback, void * abort_callback_data);
    [LibraryImport(Llama)]
    internal static partial void llama_set_abort_callback(
        LlamaContextHandle context, delegate* unmanaged[Cdecl]<nint, byte> callback, nint data);

    // float * llama_get_logits_ith(struct llama_context * ctx, int32_t i);
    // i: index of a token in the last batch whose logits were asked for.
    [LibraryImport(Llama)]
    internal static partial float* llama_get_logits_ith(LlamaContextHandle context, int index);

    // float * llama_get_embeddings_seq(struct llama_context * ctx, llama_seq_id seq_id);
    // The pooled vector of a sequence of the last batch; null where there is none.
    [LibraryImport(Llama)]
    internal static partial float* llama_get_embeddings_seq(LlamaContextHandle context, int sequence);

    // const char * llama_vocab_get_text(const struct llama_vocab * vocab, llama_token token);
    [LibraryImport(Llama)]
    internal static partial byte* llama_vocab_get_text(nint vocabulary, int token);

    // enum llama_token_attr llama_vocab_get_attr(const struct llama_vocab * vocab, llama_token token);
    [LibraryImport(Llama)]
    internal static partial int llama_vocab_get_attr(nint vocabulary, int token);

    // bool llama_vocab_is_eog(const struct llama_vocab * vocab, llama_token token);
    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool llama_vocab_is_eog(nint vocabulary, int token);

    // llama_token llama_vocab_bos(const struct llama_vocab * vocab);
    [LibraryImport(Llama)]
    internal static partial int llama_vocab_bos(nint vocabulary);

    // llama_token llama_vocab_eos(const struct llama_vocab * vocab);
    [LibraryImport(Llama)]
    internal static partial int llama_vocab_eos(nint vocabulary);

    // llama_token llama_vocab_fim_pre(const struct llama_vocab * vocab);
    // Of the tokens for infill; -1 where there is none, as of the next two.
    [LibraryImport(Llama)]
    internal static partial int llama_vocab_fim_pre(nint vocabulary);

    // llama_token llama_vocab_fim_suf(const struct llama_vocab * vocab);
    [LibraryImport(Llama)]
    internal static partial int llama_vocab_fim_suf(nint vocabulary);

    // llama_token llama_vocab_fim_mid(const struct llama_vocab * vocab);
    [LibraryImport(Llama)]
    internal static partial int llama_vocab_fim_mid(nint vocabulary);

    // llama_token llama_vocab_sep(const struct llama_vocab * vocab);
    [LibraryImport(Llama)]
    internal static partial int llama_vocab_sep(nint vocabulary);

    // bool llama_vocab_get_add_eos(const struct llama_vocab * vocab);
    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool llama_vocab_get_add_eos(nint vocabulary);

    // bool llama_vocab_get_add_sep(const struct llama_vocab * vocab);
    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool llama_vocab_get_add_sep(nint vocabulary);

    // bool llama_vocab_get_add_bos(const struct llama_vocab * vocab);
    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool llama_vocab_get_add_bos(nint vocabulary);

    // enum llama_vocab_type llama_vocab_type(const struct llama_vocab * vocab);
    [LibraryImport(Llama)]
    internal static partial int llama_vocab_type(nint vocabulary);

    // int32_t llama_tokenize(const struct llama_vocab * vocab, const char * text, int32_t text_len, llama_token * tokens,
    //                        int32_t n_tokens_max, bool add_special, bool parse_special);
    // Negative: minus the number of tokens there would be. Text that is not UTF-8 ends the process.
    [LibraryImport(Llama)]
    internal static partial int llama_tokenize(
        nint vocabulary, byte* text, int textBytes, int* tokens, int maxTokens,
        [MarshalAs(UnmanagedType.U1)] bool addSpecial, [MarshalAs(UnmanagedType.U1)] bool parseSpecial);

    // int32_t llama_token_to_piece(const struct llama_vocab * vocab, llama_token token, char * buf, int32_t length,
    //                              int32_t lstrip, bool special);
    // Negative: minus the number of bytes there would be. A token beyond the vocabulary ends the process.
    [LibraryImport(Llama)]
    internal static partial int llama_token_to_piece(
        nint vocabulary, int token, byte* piece, int length, int leftStrip, [MarshalAs(UnmanagedType.U1)] bool special);

    // void llama_log_set(ggml_log_callback log_callback, void * user_data);
    [LibraryImport(Llama)]
    internal static partial void llama_log_set(delegate* unmanaged[Cdecl]<int, byte*, nint, void> callback, nint userData);
}
